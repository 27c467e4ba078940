import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Ends child processes with us, however we end. A `kill -9` leaves us no last word, so a small shell waits on a pipe
 * that only we hold open: when it closes, the shell ends every child it was told of.
 */
export type Lifeline = { hold: (child: ChildProcess) => void; pids: () => number[]; release: () => Promise<void> };

const watch = `pids=' '
while read -r word pid; do
  case $word in
    hold) pids="$pids$pid ";;
    drop) pids="\${pids%% $pid *} \${pids#* $pid }";;
  esac
done
kill $pids 2>/dev/null; sleep 1; kill -9 $pids 2>/dev/null`;

export function startLifeline(): Lifeline {
  // Detached, so that Ctrl-C in a terminal reaches us alone and the children end in order.
  const watcher = spawn('sh', ['-c', watch], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.on('error', () => console.error('local: no sh found; a crash of this process may leave engines behind'));
  watcher.stdin.on('error', () => undefined); // it has ended, and needs to know nothing any more
  watcher.unref();
  const children = new Set<ChildProcess>();
  const endAll = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', endAll);
  return {
    hold: (child) => {
      if (child.pid === undefined) return; // it did not start
      children.add(child);
      child.once('exit', () => {
        children.delete(child);
        // Its number may be given to somebody else now.
        watcher.stdin.write(`drop ${child.pid}\n`);
      });
      watcher.stdin.write(`hold ${child.pid}\n`);
    },
    pids: () => [...children, watcher].flatMap(({ pid }) => pid ?? []),
    release: async () => {
      await Promise.all([...children].map(end));
      // The children are gone and their numbers may be given to others: the watcher must not act on them.
      watcher.kill('SIGKILL');
      process.off('exit', endAll);
    },
  };
}

async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await ended;
  clearTimeout(force);
}

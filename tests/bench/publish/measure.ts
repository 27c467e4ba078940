import { availableParallelism } from 'node:os';
import { newId } from '../../../functions/runtime/ids.ts';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { engineAlone } from './engine-alone.ts';
import type { Measured } from './figures.ts';
import { makeLanes } from './lanes.ts';
import { fullMinute, idleMinute, type Lanes, type Say, sameMoment, scheduleFar } from './phases.ts';

export type Asked = {
  posts: number;
  teams: number;
  latencyMs: number;
  /** Posts that are due at one moment; 0 leaves this out, and the engine alone. */
  burst: number;
  /** Posts that are due in a year, for the cost of an idle minute; 0 leaves this out. */
  far: number;
};

/** Runs the phases one after the other. Minutes are real ones. */
export async function measure(asked: Asked, say: Say): Promise<Measured> {
  const { posts, teams, latencyMs, far } = asked;
  const { idle: empty, ...published } = await onStack(asked, say, (bench) => publishing(bench, asked, say));
  const cores = availableParallelism();
  if (far === 0) return { posts, teams, latencyMs, cores, ...published };
  // On a stack of its own: what was published is asked for its figures, and that is no idle minute.
  const full = await onStack(asked, say, (bench) => idleWithFar(bench, far, say));
  return { posts, teams, latencyMs, cores, ...published, idle: { empty, full, farPosts: far } };
}

async function onStack<Result>({ latencyMs }: Asked, say: Say, run: (bench: BenchStack) => Promise<Result>) {
  say('starting the local stack');
  const bench = await startBenchStack(latencyMs);
  try {
    return await run(bench);
  } finally {
    await bench.stop();
  }
}

async function publishing(bench: BenchStack, { posts, teams, burst }: Asked, say: Say) {
  say(`connecting ${teams + 2} accounts`);
  const place = { count: teams + 2, server: bench.sandbox.url };
  const [crowded, lone, ...many] = await makeLanes(bench.stack.apiUrl, bench.table, place);
  if (!crowded || !lone) throw new Error('bench: no account was connected');
  say('waiting for a minute without work');
  const idle = await idleMinute(bench);
  say(`publishing ${posts} posts within a minute`);
  const minute = await fullMinute(bench, many, posts);
  return { idle, minute, ...(await atOnce(bench, { many, crowded, lone }, { posts, burst, say })) };
}

type Burst = Pick<Asked, 'burst' | 'posts'> & { say: Say };

async function atOnce(bench: BenchStack, lanes: Lanes, { burst, posts, say }: Burst) {
  if (burst === 0) return {};
  say('writing the same straight to the engine');
  const alone = await engineAlone(bench.stack, lanes.lone, Math.min(posts, 1_000));
  say(`publishing ${burst} posts at one moment`);
  return { engineAlone: alone, burst: await sameMoment(bench, lanes, burst) };
}

async function idleWithFar(bench: BenchStack, far: number, say: Say) {
  say(`scheduling ${far} posts for next year`);
  const lane = { teamId: newId('team'), connectionId: newId('conn'), userId: newId('user') };
  await scheduleFar(bench, [lane], far);
  say('waiting for a minute without work');
  return idleMinute(bench);
}

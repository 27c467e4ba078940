import { availableParallelism } from 'node:os';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { engineAlone } from './engine-alone.ts';
import type { Measured } from './figures.ts';
import { type BenchLane, makeLanes } from './lanes.ts';
import { fullMinute, idleMinute, type Say, sameMoment, scheduleFar } from './phases.ts';

export type Asked = {
  posts: number;
  teams: number;
  latencyMs: number;
  /** Posts that are due at one moment; 0 leaves this out, and the engine alone. */
  burst: number;
  /** Posts that are due in a year, for the cost of an idle minute; 0 leaves this out. */
  far: number;
};

/** Runs the phases one after the other on one stack. Minutes are real ones. */
export async function measure(asked: Asked, say: Say): Promise<Measured> {
  const { posts, teams, latencyMs } = asked;
  say('starting the local stack');
  const bench = await startBenchStack(latencyMs);
  try {
    say(`connecting ${teams + 2} accounts`);
    const place = { count: teams + 2, server: bench.sandbox.url };
    const [crowded, lone, ...many] = await makeLanes(bench.stack.apiUrl, bench.table, place);
    if (!crowded || !lone) throw new Error('bench: no account was connected');
    const idle = await idleMinutes(bench, { lanes: many, far: asked.far, say });
    say(`publishing ${posts} posts within a minute`);
    const minute = await fullMinute(bench, many, posts);
    const whole = { posts, teams, latencyMs, cores: availableParallelism(), idle, minute };
    if (asked.burst === 0) return whole;
    say('writing the same straight to the engine');
    const alone = await engineAlone(bench.stack, lone, Math.min(posts, 1_000));
    say(`publishing ${asked.burst} posts at one moment`);
    const burst = await sameMoment(bench, { many, crowded, lone }, asked.burst);
    return { ...whole, engineAlone: alone, burst };
  } finally {
    await bench.stop();
  }
}

type Idle = { lanes: readonly BenchLane[]; far: number; say: Say };

async function idleMinutes(bench: BenchStack, { lanes, far, say }: Idle): Promise<Measured['idle']> {
  say('waiting for a minute without work');
  const empty = await idleMinute(bench);
  if (far === 0) return undefined;
  say(`scheduling ${far} posts for next year`);
  await scheduleFar(bench, lanes, far);
  say('waiting for a minute without work');
  return { empty, full: await idleMinute(bench), farPosts: far };
}

import { percentile } from '../percentile.ts';
import { type Costs, costsOf } from './costs.ts';
import type { idleMinute, Published, sameMoment } from './phases.ts';

type Idle = Awaited<ReturnType<typeof idleMinute>>;
type SameMoment = Awaited<ReturnType<typeof sameMoment>>;

/** What was measured, in the order in which it was. What a run leaves out is missing. */
export type Measured = {
  posts: number;
  teams: number;
  latencyMs: number;
  cores: number;
  idle?: { empty: Idle; full: Idle; farPosts: number };
  minute: Published;
  /** Publications a second when nothing happens but their writes. */
  engineAlone?: number;
  burst?: SameMoment;
};

export type Lateness = { p50: number; p95: number; p99: number; max: number };
export type Verdict = { name: string; value: number; limit: number; met: boolean };

/** What `--json` prints. */
export type Figures = Costs & {
  lateness: Lateness;
  perSecond: number;
  posts: number;
  teams: number;
  lost: number;
  doubled: number;
  burst?: Burst;
  /** What the engine alone makes of the same writes, and how much of that we make in the burst. */
  limit?: { enginePerSecond: number; share: number };
  idleMinute?: Measured['idle'];
  /** `processorMs`: of one publication. It hangs less on what else the machine does than times do. */
  machine: { cores: number; load: number; platformMs: number; processorMs: number };
  verdicts: Verdict[];
};
type Burst = {
  posts: number;
  perSecond: number;
  lateness: Lateness;
  lost: number;
  doubled: number;
  crowdedAccount: { posts: number; perSecond: number; lastMs: number };
  loneMs: number;
  /** How many of all were out before the single one of another team. */
  beforeLone: number;
};

export function figuresOf(measured: Measured): Figures {
  const { posts, teams, minute, idle, latencyMs, cores } = measured;
  const costs = costsOf(minute.usages, posts - minute.lost);
  const burst = measured.burst && burstOf(measured.burst);
  const engine = measured.engineAlone;
  const lateness = latenessFigures(minute.ms);
  return {
    lateness,
    perSecond: rounded((posts - minute.lost) / minute.seconds),
    ...costs,
    posts,
    teams,
    lost: minute.lost,
    doubled: minute.doubled,
    ...(burst && { burst }),
    ...(engine && burst && { limit: { enginePerSecond: rounded(engine), share: rounded(burst.perSecond / engine) } }),
    ...(idle && { idleMinute: idle }),
    machine: {
      cores,
      load: rounded(minute.load),
      platformMs: latencyMs,
      processorMs: rounded((minute.processor * 1000) / (posts - minute.lost)),
    },
    verdicts: verdicts(measured, { lateness, costs, burst }),
  };
}

function burstOf({ published, many, crowd, lone }: SameMoment): Burst {
  const all = [...many, ...crowd];
  const lastOf = (ms: readonly number[]) => Math.max(...ms) / 1000;
  return {
    posts: all.length + 1,
    perSecond: rounded(many.length / lastOf(many)),
    lateness: latenessFigures(many),
    lost: published.lost,
    doubled: published.doubled,
    crowdedAccount: {
      posts: crowd.length,
      perSecond: rounded(crowd.length / lastOf(crowd)),
      lastMs: Math.max(...crowd),
    },
    loneMs: lone,
    beforeLone: all.filter((ms) => ms < lone).length,
  };
}

type Judged = { lateness: Lateness; costs: Costs; burst: Burst | undefined };

/** Figures of times hold for a machine that does nothing else. */
function verdicts({ minute, idle }: Measured, { lateness, costs, burst }: Judged): Verdict[] {
  const verdict = (name: string, value: number, limit: number) => ({ name, value, limit, met: value <= limit });
  return [
    verdict('p99 lateness in ms', lateness.p99, 2_000),
    verdict('WCU of a publication', costs.wcuPerPublication, 12),
    verdict('posts lost or doubled', minute.lost + minute.doubled + (burst ? burst.lost + burst.doubled : 0), 0),
    ...(idle
      ? [verdict('read units that far posts add to an idle minute', idle.full.readUnits - idle.empty.readUnits, 0)]
      : []),
    ...(burst
      ? [verdict('share of the crowd before the single post', rounded(burst.beforeLone / (burst.posts - 1)), 0.1)]
      : []),
  ];
}

const latenessFigures = (ms: readonly number[]): Lateness => ({
  p50: Math.round(percentile(ms, 0.5)),
  p95: Math.round(percentile(ms, 0.95)),
  p99: Math.round(percentile(ms, 0.99)),
  max: Math.round(Math.max(0, ...ms)),
});

const rounded = (value: number) => Math.round(value * 100) / 100;

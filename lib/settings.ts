import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { AppPlatformId } from '../functions/platforms/contract.ts';
import type { Plan } from '../functions/teams/contract.ts';
import { publicApis, sandboxApis, type VersionedApi } from './platform-apis.ts';

const stages = ['local', 'dev', 'staging', 'prod'] as const;
export type Stage = (typeof stages)[number];

/** All that differs between stages. Stacks read these and never ask for the stage's name. */
export type Settings = {
  stage: Stage;
  /** Where the stage lives; without it, the region of the credentials that deploy. */
  region?: string;
  /** Stores survive the deletion of their stack, and refuse deletion. */
  keepsData: boolean;
  logRetention: RetentionDays;
  /** Where the API is called, if by a name of our own, such as `https://api.example.com`; else where API Gateway puts it. */
  apiAddress?: string;
  /**
   * Origins of our frontends: their pages may call the API, and users may be sent on to them when they come back from a
   * platform. Tokens travel in a header, so no origin gets a user's session by itself.
   */
  corsOrigins: string[];
  /** Whether user-given servers may be private addresses: only where the platforms themselves run on this machine. */
  privateHosts: 'refuse' | 'allow';
  /** Where the platforms with one app for all users are called, and in which version. */
  platformApis: Readonly<Record<AppPlatformId, VersionedApi>>;
  /** What new teams begin with; it sets how many requests they may make. */
  planOfNewTeams: Plan;
  /** Over how many keys the due index is spread; one carries about 1,000 writes a second. Never lower it on a stage in use. */
  dueShards: number;
  /** Where docs/runbook.md can be read by who is woken up: a link, or the file of this repository. */
  runbook: string;
  /** Who is told when an alarm goes off. */
  alarmEmail?: string;
  /** Upper bound for the functions that one queue keeps busy at a time; Lambda takes 2 to 1,000. */
  workerConcurrency: number;
  /**
   * Pollers that are kept ready for each queue, in the place of `workerConcurrency`: ten functions each, at once, paid for by
   * the hour. Without them Lambda begins with five functions and adds 300 a minute (docs/scaling.md).
   */
  workerPollers?: { minimum: number; maximum: number };
  /** Requests a second over the whole API, and how many more at once. */
  throttle: { rateLimit: number; burstLimit: number };
  /** Attempts at signing in and the like in a quarter of an hour, for each operation that may be guessed at. */
  attempts: { perAccount: number; perAddress: number };
};

const runbook = 'docs/runbook.md';

const deployed = {
  runbook,
  keepsData: true,
  privateHosts: 'refuse',
  platformApis: publicApis,
  planOfNewTeams: 'free',
  dueShards: 4,
  attempts: { perAccount: 10, perAddress: 100 },
} as const;

export const settings: Readonly<Record<Stage, Settings>> = {
  local: {
    stage: 'local',
    runbook,
    keepsData: false,
    logRetention: RetentionDays.ONE_DAY,
    corsOrigins: ['*'],
    privateHosts: 'allow',
    platformApis: sandboxApis(),
    planOfNewTeams: 'business',
    dueShards: 1,
    workerConcurrency: 100,
    throttle: { rateLimit: 1_000, burstLimit: 1_000 },
    // Everybody comes from one address here, and tests sign in all the time.
    attempts: { perAccount: 1_000, perAddress: 100_000 },
  },
  dev: {
    ...deployed,
    stage: 'dev',
    keepsData: false,
    logRetention: RetentionDays.TWO_WEEKS,
    corsOrigins: ['http://localhost:3000', 'http://localhost:5173'],
    workerConcurrency: 10,
    throttle: { rateLimit: 50, burstLimit: 100 },
  },
  staging: {
    ...deployed,
    stage: 'staging',
    logRetention: RetentionDays.ONE_MONTH,
    corsOrigins: ['https://staging.clientnest.example'],
    workerConcurrency: 50,
    throttle: { rateLimit: 200, burstLimit: 400 },
  },
  prod: {
    ...deployed,
    stage: 'prod',
    logRetention: RetentionDays.THREE_MONTHS,
    corsOrigins: ['https://app.clientnest.example'],
    workerConcurrency: 200,
    throttle: { rateLimit: 1_000, burstLimit: 2_000 },
  },
};

const deployable = stages.filter((stage) => stage !== 'local');
const isDeployable = (name: unknown): name is Stage => deployable.some((stage) => stage === name);

/** Settings of a stage named by a person who deploys; `local` calls private hosts and is for one machine. */
export function settingsOf(name: unknown): Settings {
  if (!isDeployable(name)) throw new Error(`no stage "${name}"; there are ${deployable.join(', ')}`);
  return settings[name];
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedApp, loadApp } from './app/load-app.ts';
import { type AppModule, clientNestApp } from './app/prepare-app.ts';
import { type Lifeline, startLifeline } from './engines/lifeline.ts';
import { type Engines, startEngines } from './engines/start-engines.ts';
import type { FaultPlan } from './faults/fault-plan.ts';
import type { WatchedCall } from './front-door/call-watch.ts';
import { type HeldServer, holdServer } from './held-server.ts';

/** Stands for the address of the API where that is not known yet. */
export const apiUrlPlaceholder = '{apiUrl}';

export type LocalStackOptions = {
  /** Which app to run; ClientNest unless a test says otherwise. */
  app?: AppModule;
  /** Of the HTTP API. Must be free when given; else 4000, or any free one. */
  port?: number;
  /** Keeps state here over restarts; queues and objects in buckets are lost all the same. */
  dataDir?: string;
  /** Keeps every function loaded: those called in turn answer ten times as fast, for 20 MB each. */
  isRoomy?: boolean;
  /** Every schedule ticks each second. */
  fast?: boolean;
  /** SecureStrings that SSM holds, by name; `apiUrlPlaceholder` in them becomes the address of the API. */
  parameters?: Readonly<Record<string, string>>;
  /** For the process that builds the app. */
  environment?: Readonly<Record<string, string>>;
  /** What is to go wrong, for tests of what must not come of it. */
  faults?: FaultPlan;
  onFault?: (fault: string) => void;
  /** Told of every call of AWS once it is answered, with what it consumed of the table: for who counts. */
  onCall?: (call: WatchedCall) => void;
  /** No word about refused calls, failed functions and the like. */
  quiet?: boolean;
  onProgress?: (step: Progress) => void;
  /** Where those words go; standard error unless told otherwise. */
  onProblem?: (text: string) => void;
};
export type Progress = { step: string; ms: number };

/** What a local run stands on: servers, directories, the built app, and the engines that need no template. */
export type Ground = {
  servers: { api: HeldServer; aws: HeldServer };
  dataDir: string | undefined;
  /** Where files go that somebody may want to see: the data directory, else a temporary one. */
  directory: string;
  app: LoadedApp;
  engines: Engines;
  lifeline: Lifeline;
  rebuild: () => Promise<LoadedApp>;
  timed: <Result>(step: string, work: Promise<Result>) => Promise<Result>;
};

const usualPort = { api: 4000, aws: 4001 };

export async function layGround(options: LocalStackOptions, ending: AsyncDisposableStack): Promise<Ground> {
  const { app: module = clientNestApp, dataDir, environment } = options;
  const timed = stopwatch(options.onProgress);
  const api = await holdServer({ wanted: options.port, usual: usualPort.api });
  ending.defer(api.close);
  const aws = await holdServer({ wanted: undefined, usual: usualPort.aws });
  ending.defer(aws.close);
  const temporary = temporaryDirectory(ending);
  const lifeline = startLifeline();
  ending.defer(lifeline.release);
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });

  const starting = timed('DynamoDB, SQS and S3 started', startEngines(lifeline, dataDir ?? temporary));
  ending.defer(async () => (await starting).stop());
  const where = { directory: temporary, lifeline, apiUrl: api.url, awsUrl: aws.url };
  const rebuild = () => loadApp({ app: module, environment, ...where });
  const building = timed('functions bundled, stacks synthesized', rebuild());
  const [engines, app] = await Promise.all([starting, building]);
  return { servers: { api, aws }, dataDir, directory: dataDir ?? temporary, app, engines, lifeline, rebuild, timed };
}

function stopwatch(onProgress: LocalStackOptions['onProgress']): Ground['timed'] {
  return async (step, work) => {
    const startedAt = performance.now();
    const result = await work;
    onProgress?.({ step, ms: Math.round(performance.now() - startedAt) });
    return result;
  };
}

/** Removed in the end, and also when the process ends before that. */
function temporaryDirectory(ending: AsyncDisposableStack): string {
  const directory = mkdtempSync(join(tmpdir(), 'clientnest-local-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  ending.defer(() => {
    process.off('exit', remove);
    remove();
  });
  return directory;
}

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedApp, loadApp } from './app/load-app.ts';
import { type AppModule, clientNestApp } from './app/prepare-app.ts';
import { type Engines, startEngines } from './engines/start-engines.ts';
import { choosePort } from './listen.ts';

export type LocalStackOptions = {
  /** Which app to run; ClientNest unless a test says otherwise. */
  app?: AppModule;
  /** Of the HTTP API. Must be free when given; else 4000, or any free one. */
  port?: number;
  /** Keeps state here over restarts; queues and objects in buckets are lost all the same. */
  dataDir?: string;
  /** Every schedule ticks each second. */
  fast?: boolean;
  /** No word about refused calls, failed functions and the like. */
  quiet?: boolean;
  onProgress?: (step: Progress) => void;
  /** Where those words go; standard error unless told otherwise. */
  onProblem?: (text: string) => void;
};
export type Progress = { step: string; ms: number };

/** What a local run stands on: addresses, directories, the built app, and the engines that need no template. */
export type Ground = {
  urls: { apiUrl: string; awsUrl: string };
  dataDir: string | undefined;
  /** Where files go that somebody may want to see: the data directory, else a temporary one. */
  directory: string;
  app: LoadedApp;
  engines: Engines;
  rebuild: () => Promise<LoadedApp>;
  timed: <Result>(step: string, work: Promise<Result>) => Promise<Result>;
};

const usualPort = { api: 4000, aws: 4001 };

export async function layGround(options: LocalStackOptions, ending: AsyncDisposableStack): Promise<Ground> {
  const { app: module = clientNestApp, dataDir } = options;
  const timed = stopwatch(options.onProgress);
  const apiUrl = `http://127.0.0.1:${await choosePort(options.port, usualPort.api)}`;
  const awsUrl = `http://127.0.0.1:${await choosePort(undefined, usualPort.aws)}`;
  const temporary = mkdtempSync(join(tmpdir(), 'clientnest-'));
  ending.defer(() => rmSync(temporary, { recursive: true, force: true }));
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });

  const starting = timed('DynamoDB, SQS and S3 started', startEngines(dataDir));
  ending.defer(async () => (await starting).stop());
  const rebuild = () => loadApp({ app: module, directory: temporary, apiUrl, awsUrl });
  const building = timed('functions bundled, stacks synthesized', rebuild());
  const [engines, app] = await Promise.all([starting, building]);
  return { urls: { apiUrl, awsUrl }, dataDir, directory: dataDir ?? temporary, app, engines, rebuild, timed };
}

function stopwatch(onProgress: LocalStackOptions['onProgress']): Ground['timed'] {
  return async (step, work) => {
    const startedAt = performance.now();
    const result = await work;
    onProgress?.({ step, ms: Math.round(performance.now() - startedAt) });
    return result;
  };
}

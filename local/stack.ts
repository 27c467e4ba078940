import { join } from 'node:path';
import { hasOtherTemplate } from './app/load-app.ts';
import { startAwsServices } from './front-door/aws-services.ts';
import { frontDoor } from './front-door/front-door.ts';
import { readPrincipals, readRoles } from './front-door/roles.ts';
import { type UsageRecord, usageRecord } from './front-door/usage.ts';
import { credentialsFor, readFunctions } from './functions/definitions.ts';
import { functionLog } from './functions/function-log.ts';
import { functionPool } from './functions/function-pool.ts';
import { gateway } from './gateway/gateway.ts';
import { readHttpApi } from './gateway/http-api.ts';
import { type Ground, type LocalStackOptions, layGround } from './ground.ts';
import { residentMb } from './memory.ts';
import type { Resources } from './template/resources.ts';
import { missingHere } from './template/supported.ts';
import { makeTriggers } from './triggers/triggers.ts';

export type LocalStack = {
  apiUrl: string;
  awsUrl: string;
  region: string;
  /** Of the runner itself: they may do everything. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  resources: Resources;
  usage: Pick<UsageRecord, 'uses' | 'roundTrips'>;
  logFile: string;
  memoryMb: () => number;
  /** Builds the app again and lets functions run the new code; true when the template changed, which takes a restart. */
  reload: () => Promise<boolean>;
  stop: () => Promise<void>;
};

/** Runs an app from its synthesized templates on this machine, without AWS. */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const ending = new AsyncDisposableStack();
  try {
    const ground = await layGround(options, ending);
    return await buildOn(ground, { options, ending });
  } catch (error) {
    await ending.disposeAsync();
    throw error;
  }
}

type Build = { options: LocalStackOptions; ending: AsyncDisposableStack };

async function buildOn(ground: Ground, { options, ending }: Build): Promise<LocalStack> {
  const { servers, dataDir, directory, app, engines, lifeline, rebuild, timed } = ground;
  const { resources, assembly, place } = app;
  const problems = problemReport(options);
  const { onProblem } = problems;
  for (const missing of missingHere(assembly)) onProblem(missing);

  const making = startAwsServices({ app, engines, lifeline, directory, dataDir, onProblem });
  const aws = await timed('tables, queues and user pools made', making);
  ending.defer(() => aws.stop());

  const log = functionLog(join(directory, 'functions.log'), onProblem);
  ending.defer(() => log.close());
  const surroundings = { awsUrl: servers.aws.url, resolveSecrets: aws.resolveSecrets };
  const functions = readFunctions(resources, assembly, surroundings);
  const pool = functionPool(functions, { log: log.log });
  ending.defer(() => pool.stop());

  const roles = readRoles(resources);
  const checkpointFile = dataDir && join(dataDir, 'stream-positions.json');
  const triggers = makeTriggers({
    ...aws,
    ...ground,
    roles,
    pool,
    checkpointFile,
    fast: options.fast === true,
    onProblem,
  });
  const root = credentialsFor('the runner');
  const usage = usageRecord();
  const door = { principals: readPrincipals(functions, roles), rootKeyId: root.accessKeyId, usage, onProblem };
  const services = aws.services(triggers.events, triggers.onWrite);
  servers.aws.serve(frontDoor({ ...door, services, landscape: aws.landscape }));
  const api = readHttpApi(resources, onProblem);
  if (api !== undefined) servers.api.serve(gateway({ api, pool, onProblem }));
  ending.defer(triggers.start());
  // The last to be deferred is the first to happen: no new requests, and no news of what goes wrong while stopping.
  ending.defer(servers.api.close);
  ending.defer(problems.mute);

  return {
    apiUrl: servers.api.url,
    awsUrl: servers.aws.url,
    region: place.region,
    credentials: root,
    resources,
    usage,
    logFile: log.file,
    memoryMb: () => residentMb(lifeline.pids()),
    async reload() {
      const next = await rebuild();
      pool.replace(readFunctions(next.resources, next.assembly, surroundings));
      return hasOtherTemplate(app, next);
    },
    stop: () => ending.disposeAsync(),
  };
}

/** What goes wrong while we stop is no news. */
function problemReport({ quiet = false, onProblem = console.error }: LocalStackOptions) {
  let isMuted = quiet;
  return {
    onProblem: (text: string) => {
      if (!isMuted) onProblem(text);
    },
    mute: () => {
      isMuted = true;
    },
  };
}

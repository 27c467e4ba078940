import { join } from 'node:path';
import { faultsOf } from './faults/faults.ts';
import { startAwsServices } from './front-door/aws-services.ts';
import { watchedServices } from './front-door/call-watch.ts';
import { frontDoor } from './front-door/front-door.ts';
import { readPrincipals, readRoles } from './front-door/roles.ts';
import { type UsageRecord, usageRecord } from './front-door/usage.ts';
import { credentialsFor } from './functions/definitions.ts';
import { startFunctions } from './functions/start-functions.ts';
import { gateway } from './gateway/gateway.ts';
import { readHttpApi } from './gateway/http-api.ts';
import { apiUrlPlaceholder, type Ground, type LocalStackOptions, layGround } from './ground.ts';
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
  /** Of the engines that run beside this process. */
  engineIds: () => number[];
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
  const { servers, dataDir, app, lifeline, timed } = ground;
  const { resources, place } = app;
  const { onProblem, mute } = problemReport(options);
  const faults = options.faults && faultsOf(options.faults, options.onFault ?? onProblem);
  for (const missing of missingHere(app.assembly)) onProblem(missing);

  const aws = await timed(
    'tables, queues and user pools made',
    startAwsServices({ ...ground, parameters: withAddress(options.parameters ?? {}, servers.api.url), onProblem }),
  );
  ending.defer(aws.stop);
  const surroundings = { awsUrl: servers.aws.url, resolveSecrets: aws.resolveSecrets };
  const { functions, pool, logFile, reload, stop } = startFunctions({
    ...ground,
    surroundings,
    isRoomy: options.isRoomy === true,
    faults,
    onProblem,
  });
  ending.defer(stop);

  const roles = readRoles(resources);
  const checkpointFile = dataDir && join(dataDir, 'stream-positions.json');
  const { fast = false } = options;
  const triggers = makeTriggers({ ...ground, ...aws, roles, pool, checkpointFile, fast, faults, onProblem });
  const credentials = credentialsFor('the runner');
  const usage = usageRecord();
  const principals = readPrincipals(functions, roles);
  const wholeServices = aws.services(triggers.events, triggers.onWrite);
  const functionOf = (key = '') => principals.get(key)?.name;
  const faulty = faults?.services(wholeServices, functionOf) ?? wholeServices;
  const services = options.onCall ? watchedServices(faulty, { functionOf, watch: options.onCall }) : faulty;
  const door = { principals, rootKeyId: credentials.accessKeyId, services, landscape: aws.landscape, usage, onProblem };
  servers.aws.serve(frontDoor(door));
  const api = readHttpApi(resources, onProblem);
  if (api !== undefined) servers.api.serve(gateway({ api, pool, onProblem }));
  ending.defer(triggers.start());
  // The last to be deferred is the first to happen: no new requests, and no news of what goes wrong while stopping.
  ending.defer(servers.api.close);
  ending.defer(mute);

  return {
    apiUrl: servers.api.url,
    awsUrl: servers.aws.url,
    region: place.region,
    credentials,
    resources,
    usage,
    logFile,
    memoryMb: () => residentMb(lifeline.pids()),
    engineIds: lifeline.pids,
    reload,
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

const withAddress = (parameters: Readonly<Record<string, string>>, apiUrl: string) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value.replaceAll(apiUrlPlaceholder, apiUrl)]),
  );

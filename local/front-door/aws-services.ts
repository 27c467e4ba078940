import { join } from 'node:path';
import type { LoadedApp } from '../app/load-app.ts';
import { startCognito } from '../engines/cognito/cognito.ts';
import { startExpiry } from '../engines/expiry.ts';
import { createBuckets, createQueues } from '../engines/fauxqs.ts';
import { startKms } from '../engines/kms.ts';
import type { Lifeline } from '../engines/lifeline.ts';
import { startSecrets } from '../engines/secrets.ts';
import { startSsm } from '../engines/ssm.ts';
import type { Engines } from '../engines/start-engines.ts';
import { createTables } from '../engines/tables.ts';
import type { Landscape } from './demands.ts';
import { type Actions, actionService, engineService, type Service, type Services } from './services.ts';

type Parts = {
  app: LoadedApp;
  engines: Engines;
  lifeline: Lifeline;
  /** Where Cognito's files go: its engine cannot do without. */
  directory: string;
  /** Where keys and secrets are kept, if they are. */
  dataDir: string | undefined;
  /** SecureStrings of SSM by name: nothing in a template makes them. */
  parameters: Readonly<Record<string, string>>;
  onProblem: (text: string) => void;
};

/** Every AWS service that runs here, with the resources of the template in it. */
export async function startAwsServices(parts: Parts) {
  const { app, engines, lifeline, dataDir, directory, parameters, onProblem } = parts;
  const { resources, place } = app;
  const { dynamodb, fauxqs } = engines;
  const [cognito, newTables] = await Promise.all([
    startCognito(resources, { directory: join(directory, 'cognito'), region: place.region, lifeline }),
    createTables(resources, dynamodb),
    createQueues(resources, fauxqs),
    createBuckets(resources, fauxqs),
  ]);
  const kms = startKms(resources, dataDir && join(dataDir, 'keys.json'));
  const secrets = startSecrets(resources, dataDir && join(dataDir, 'secrets.json'));
  const stopExpiry = startExpiry(resources, dynamodb, (error) => onProblem(`time to live: ${error}`));
  const landscape: Landscape = { ...place, keyArn: kms.keyArn, secretArn: secrets.findArn };
  return {
    newTables,
    landscape,
    resolveSecrets: secrets.resolveIn,
    /** By the name that SDKs sign with. The event bus comes from outside: it leads back to functions. */
    services: (events: Actions, onWrite: () => void): Services => ({
      dynamodb: tellingWrites(engineService(dynamodb), onWrite),
      sqs: engineService(fauxqs),
      s3: engineService(fauxqs),
      sts: engineService(fauxqs),
      kms: actionService(kms.actions),
      secretsmanager: actionService(secrets.actions),
      ssm: actionService(startSsm(parameters, place)),
      events: actionService(events),
      ...(cognito && { 'cognito-idp': actionService(cognito.actions, cognito.send) }),
    }),
    stop() {
      stopExpiry();
      cognito?.close();
    },
  };
}

const writes = /^(Put|Update|Delete|BatchWrite|TransactWrite)Items?$/;

const tellingWrites =
  (service: Service, onWrite: () => void): Service =>
  async (call) => {
    const reply = await service(call);
    if (writes.test(call.action)) onWrite();
    return reply;
  };

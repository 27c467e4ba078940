import { fork } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Me, Session } from '../../functions/identity/contract.ts';
import { demoUser } from '../../local/command/demo-user.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { apiAt } from '../support/raw-api.ts';
import { quietStore } from './quiet-store.ts';
import type { Someone } from './scene.ts';

const Variables = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
});

/** Runs a script as a function would run, on a table of its own, and gives what it tells. */
export type Measure = <Schema extends z.ZodType>(measuring: Measuring<Schema>) => Promise<z.output<Schema>[]>;
type Measuring<Schema extends z.ZodType> = {
  script: URL;
  rounds: number;
  told: Schema;
  onTold: (one: z.output<Schema>) => void;
};

/** A stack that does nothing but what is measured. */
export async function onQuietStack<Result>(use: (measure: Measure) => Promise<Result>): Promise<Result> {
  const stack = await startLocalStack({ quiet: true });
  try {
    const caller = await someone(stack);
    return await use((measuring) => measured(stack, caller, measuring));
  } finally {
    await stack.stop();
  }
}

async function measured<Schema extends z.ZodType>(
  stack: LocalStack,
  caller: Someone,
  { script, rounds, told, onTold }: Measuring<Schema>,
): Promise<z.output<Schema>[]> {
  const path = fileURLToPath(script);
  const store = await quietStore(stack, basename(path, '.ts'));
  const all: z.output<Schema>[] = [];
  const child = fork(path, [JSON.stringify(caller), String(rounds)], {
    env: { ...environment(stack), ...store },
    // Log lines cost what they cost, but nobody reads them.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('message', (message) => {
    const one = told.parse(message);
    all.push(one);
    onTold(one);
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`bench: ${path} ended with ${code}`);
  return all;
}

async function someone({ apiUrl }: LocalStack): Promise<Someone> {
  const { email, password, teamId } = await demoUser(apiUrl);
  const api = apiAt(apiUrl);
  const { accessToken } = await api.get(Session, 'POST /auth/login', { body: { email, password } });
  const { teams: _, ...user } = await api.get(Me, 'GET /me', { token: accessToken });
  return { ...user, accessToken, teamId };
}

/** What any function of the template has, taken together, with the keys of one who may do everything. */
function environment({ resources, awsUrl, region, credentials }: LocalStack) {
  const variables = resources
    .list('AWS::Lambda::Function', Variables)
    .map(({ properties }) => properties.Environment?.Variables);
  return {
    PATH: process.env.PATH,
    TZ: 'UTC',
    ...Object.assign({}, ...variables),
    CURSOR_KEY: 'of no use to anyone, but long enough',
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: awsUrl,
  };
}

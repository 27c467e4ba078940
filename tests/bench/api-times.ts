import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Me, Session } from '../../functions/identity/contract.ts';
import { demoUser } from '../../local/command/demo-user.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { apiAt } from '../support/raw-api.ts';
import { OperationTimes } from './operation-times.ts';
import { quietStore } from './quiet-store.ts';
import type { Someone } from './scene.ts';

const script = fileURLToPath(new URL('./api-process.ts', import.meta.url));
const Variables = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
});

/** Times of the operations against a stack that does nothing else meanwhile. */
export async function apiTimes(rounds: number, onTimes: (times: OperationTimes) => void): Promise<OperationTimes[]> {
  const stack = await startLocalStack({ quiet: true });
  try {
    const env = { ...environment(stack), ...(await quietStore(stack)) };
    const all: OperationTimes[] = [];
    const child = fork(script, [JSON.stringify(await someone(stack)), String(rounds)], {
      env,
      // Log lines cost what they cost, but nobody reads them.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message) => {
      const times = OperationTimes.parse(message);
      all.push(times);
      onTimes(times);
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error('bench: the operations could not be measured');
    return all;
  } finally {
    await stack.stop();
  }
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

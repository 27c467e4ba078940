import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { userPool } from '../../functions/identity/user-pool.ts';
import { scriptedServer } from './scripted-server.ts';

export const issuerHost = 'https://cognito-idp.eu-central-1.amazonaws.com';
export const poolId = 'eu-central-1_test';
export const clientId = 'test-client';
/** A second app client of the same pool: its tokens are none of ours. */
const otherClientId = 'other-client';

/** The real Cognito engine that the local run uses, with one pool and two app clients. Every code is `123456`. */
export async function startCognito() {
  const directory = mkdtempSync(join(tmpdir(), 'cognito-'));
  await writePool(directory);
  const script = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js');
  const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', CODE: '123456' };
  const child = spawn(process.execPath, ['--no-deprecation', script], { cwd: directory, env });
  const url = await announced(child.stdout);
  return {
    url,
    pool: userPool(clientOf(url), { clientId: () => clientId, poolId: () => poolId }),
    otherPool: userPool(clientOf(url), { clientId: () => otherClientId, poolId: () => poolId }),
    client: clientOf(url),
    async stop() {
      child.kill();
      await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A user pool that answers every call with one of Cognito's exceptions, or with `body`. */
export async function answeringPool(answer: { exception: string } | { body: unknown }) {
  const server = await scriptedServer(() =>
    'exception' in answer
      ? { status: 400, body: { __type: answer.exception, message: 'in the words of Cognito' } }
      : { body: answer.body },
  );
  const pool = userPool(clientOf(server.url), { clientId: () => clientId, poolId: () => poolId });
  return { pool, stop: server.stop };
}

const clientOf = (endpoint: string) =>
  new CognitoIdentityProviderClient({
    endpoint,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

async function writePool(directory: string) {
  const database = join(directory, '.cognito/db');
  await mkdir(database, { recursive: true });
  const config = { TokenConfig: { IssuerDomain: issuerHost }, UserPoolDefaults: { UsernameAttributes: [] } };
  const Options = { Id: poolId, UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] };
  const appClient = (ClientId: string) => ({
    ClientId,
    UserPoolId: poolId,
    ClientName: ClientId,
    AccessTokenValidity: 1,
    RefreshTokens: [],
    TokenValidityUnits: { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' },
  });
  const Clients = { [clientId]: appClient(clientId), [otherClientId]: appClient(otherClientId) };
  await writeFile(join(directory, '.cognito/config.json'), JSON.stringify(config));
  await writeFile(join(database, `${poolId}.json`), JSON.stringify({ Users: {}, Options }));
  await writeFile(join(database, 'clients.json'), JSON.stringify({ Clients }));
}

async function announced(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += chunk;
    const url = /running on (http:[\w/.:]+)/.exec(text)?.[1];
    if (url) {
      output.resume();
      return url;
    }
  }
  throw new Error(`the Cognito engine does not start: ${text}`);
}

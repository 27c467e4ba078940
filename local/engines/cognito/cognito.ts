import type { JsonWebKey } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';
import type { Resources } from '../../template/resources.ts';
import { startChildServer } from '../child-server.ts';
import { httpHop } from '../http-hop.ts';
import { callJson, type Send, ServiceError } from '../json-rpc.ts';
import type { Lifeline } from '../lifeline.ts';
import { readAccessToken } from './access-token.ts';
import { challenges } from './challenges.ts';
import { type Ask, clientCorrections, type Engine } from './corrections.ts';
import { softwareTokens } from './software-tokens.ts';
import { tokenCorrections } from './token-corrections.ts';
import { readUserPools, type UserPools, writeEngineFiles } from './user-pools.ts';

const require = createRequire(import.meta.url);

/** Every confirmation code on this machine. */
export const confirmationCode = '123456';

const ForClient = z.object({ ClientId: z.string() });
const ForUser = z.object({ AccessToken: z.string() });
const Jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

type Options = { directory: string; region: string; lifeline: Lifeline };

/** Cognito user pools: the engine as a child process, and in front of it what it does otherwise than AWS. */
export async function startCognito(resources: Resources, { directory, region, lifeline }: Options) {
  const pools = readUserPools(resources);
  if (pools.pools.size === 0) return undefined;
  mkdirSync(directory, { recursive: true });
  writeEngineFiles(pools, directory, region);
  const origin = await startEngine(directory, lifeline);
  const hop = httpHop(origin);
  const ask: Ask = (action, input, answer) => {
    const target = `AWSCognitoIdentityProviderService.${action}`;
    return callJson(hop.send, { target, input, contentType: 'application/x-amz-json-1.1' }, answer);
  };
  const kept = { softwareTokens: softwareTokens(join(directory, 'software-tokens.json')), challenges: challenges() };
  const engine: Engine = { ask, ...kept };
  const key = await signingKey(hop.send, pools);
  return {
    send: hop.send,
    actions: { ...forClients(pools, engine), ...forUsers(pools, { engine, key, directory }) },
    close: hop.close,
  };
}

function startEngine(directory: string, lifeline: Lifeline) {
  const script = require.resolve('cognito-local/lib/bin/start.js');
  const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', CODE: confirmationCode };
  const args = ['--no-deprecation', '--max-semi-space-size=2', script];
  const announces = /running on (http:[\w/.:]+)/;
  return startChildServer({ command: process.execPath, args, cwd: directory, env, announces }, lifeline);
}

async function signingKey(send: Send, { pools }: UserPools) {
  const [poolId = ''] = pools.keys();
  const reply = await send({
    method: 'GET',
    path: `/${poolId}/.well-known/jwks.json`,
    headers: {},
    body: Buffer.alloc(0),
  });
  const [key] = Jwks.parse(JSON.parse(reply.body.toString())).keys;
  if (key === undefined) throw new Error('local: the Cognito engine has no signing key');
  return key satisfies JsonWebKey;
}

type Actions = Record<string, (input: unknown) => Promise<object>>;

function forClients({ clients }: UserPools, engine: Engine): Actions {
  const corrected = Object.entries(clientCorrections).map(([name, correct]) => [
    name,
    async (input: unknown) => {
      const { ClientId } = ForClient.parse(input);
      const client = clients.get(ClientId);
      if (client === undefined)
        throw new ServiceError('ResourceNotFoundException', `User pool client ${ClientId} does not exist.`);
      return correct(input, client, engine);
    },
  ]);
  return Object.fromEntries(corrected);
}

function forUsers(
  { clients }: UserPools,
  { engine, key, directory }: { engine: Engine; key: JsonWebKey; directory: string },
): Actions {
  const corrected = Object.entries(tokenCorrections).map(([name, correct]) => [
    name,
    async (input: unknown) => {
      const claims = readAccessToken(ForUser.parse(input).AccessToken, key);
      const client = clients.get(claims.client_id);
      if (client === undefined) throw new ServiceError('NotAuthorizedException', 'Invalid Access Token');
      return correct(input, { claims, client, directory }, engine);
    },
  ]);
  return Object.fromEntries(corrected);
}

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { userPool } from '../../functions/identity/user-pool.ts';
import { startCognito as startLocalCognito } from '../../local/engines/cognito/cognito.ts';
import { startLifeline } from '../../local/engines/lifeline.ts';
import { frontDoorServer } from '../../local/front-door/front-door.ts';
import { actionService } from '../../local/front-door/services.ts';
import { usageRecord } from '../../local/front-door/usage.ts';
import { resolveResources } from '../../local/template/resources.ts';
import { scriptedServer } from './scripted-server.ts';

const region = 'eu-central-1';
export const issuerHost = `https://cognito-idp.${region}.amazonaws.com`;

/** One pool like the deployed one, and two app clients: the tokens of the second are none of ours. */
const resources = resolveResources(
  { stacks: [{ name: 'test', region, account: '000000000000', template: template() }] },
  { awsUrl: 'http://127.0.0.1', apiUrl: 'http://127.0.0.1' },
);
const refOf = (id: string) => resources.all.find((resource) => resource.id === id)?.ref ?? '';
export const poolId = refOf('Pool');
export const clientId = refOf('Client');
const otherClientId = refOf('OtherClient');

function template() {
  const appClient = {
    UserPoolId: { Ref: 'Pool' },
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  };
  const Pool = {
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    MfaConfiguration: 'OPTIONAL',
    Policies: { PasswordPolicy: { MinimumLength: 8 } },
  };
  const Resources = {
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: Pool },
    Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: appClient },
    OtherClient: { Type: 'AWS::Cognito::UserPoolClient', Properties: appClient },
  };
  return { Parameters: {}, Mappings: {}, Conditions: {}, Outputs: {}, Resources };
}

/** The Cognito of the local run. Every code is `123456`. */
export async function startCognito() {
  const directory = mkdtempSync(join(tmpdir(), 'cognito-'));
  const lifeline = startLifeline();
  const cognito = await startLocalCognito(resources, { directory, region, lifeline });
  if (!cognito) throw new Error('the template has no user pool');
  const { url, close } = await listening(cognito);
  const client = clientOf(url);
  const names = (id: string) => ({ clientId: () => id, poolId: () => poolId });
  return {
    url,
    client,
    pool: userPool(client, names(clientId)),
    otherPool: userPool(client, names(otherClientId)),
    async stop() {
      close();
      await lifeline.release();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

type LocalCognito = NonNullable<Awaited<ReturnType<typeof startLocalCognito>>>;

async function listening({ actions, send, close }: LocalCognito) {
  const server = frontDoorServer({
    principals: new Map(),
    rootKeyId: 'test',
    services: { 'cognito-idp': actionService(actions, send) },
    landscape: { region, account: '000000000000', keyArn: () => undefined, secretArn: () => undefined },
    usage: usageRecord(),
    onProblem: () => undefined,
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const stop = () => {
    server.close();
    server.closeAllConnections();
    close();
  };
  return { url: `http://127.0.0.1:${port}`, close: stop };
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
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { Session } from '../../functions/identity/contract.ts';
import { mailedCodes } from '../../functions/identity/mailed-codes.ts';
import { signedInUser } from '../../functions/identity/signed-in-user.ts';
import { type UserPool, userPool } from '../../functions/identity/user-pool.ts';
import { idFromUuid } from '../../functions/runtime/ids.ts';
import { startCognito as startLocalCognito } from '../../local/engines/cognito/cognito.ts';
import { startLifeline } from '../../local/engines/lifeline.ts';
import { frontDoor } from '../../local/front-door/front-door.ts';
import { actionService } from '../../local/front-door/services.ts';
import { usageRecord } from '../../local/front-door/usage.ts';
import { resolveResources } from '../../local/template/resources.ts';
import { newRegistration } from './accounts.ts';
import { startServer } from './http-server.ts';
import { scriptedServer } from './scripted-server.ts';
import { totpCode } from './totp.ts';

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
  return {
    url,
    ...toolsOver(client),
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
  const { url, server } = await startServer(
    frontDoor({
      principals: new Map(),
      rootKeyId: 'test',
      services: { 'cognito-idp': actionService(actions, send) },
      landscape: { region, account: '000000000000', keyArn: () => undefined, secretArn: () => undefined },
      usage: usageRecord(),
      onProblem: () => undefined,
    }),
  );
  const stop = () => {
    server.close();
    server.closeAllConnections();
    close();
  };
  return { url, close: stop };
}

/** A user pool that answers every call with one of Cognito's exceptions, or with `body`. */
export async function answeringPool(answer: { exception: string; message?: string } | { body: unknown }) {
  const server = await scriptedServer(() =>
    'exception' in answer
      ? { status: 400, body: { __type: answer.exception, message: answer.message ?? 'in the words of Cognito' } }
      : { body: answer.body },
  );
  return { ...toolsOver(clientOf(server.url)), requests: server.requests, stop: server.stop };
}

const toolsOver = (client: CognitoIdentityProviderClient) => ({
  pool: userPool(client, names(clientId)),
  codes: mailedCodes(client, names(clientId)),
  user: signedInUser(client),
});

/** Somebody who has an account, confirmed. */
export async function newUser(pool: UserPool) {
  const { email, password, ...rest } = newRegistration();
  const { sub } = await pool.signUp({ email, password, ...rest });
  await pool.confirm(email, '123456');
  return { email, password, sub, userId: idFromUuid('user', sub) };
}

/** Somebody with a session, and what a request of theirs carries. */
export async function signedInAt(pool: UserPool) {
  const user = await newUser(pool);
  const session = await sessionOf(pool, user);
  const headers = { authorization: `Bearer ${session.accessToken}` };
  return { ...user, session, request: { caller: { userId: user.userId }, headers } };
}

/** The same with an authenticator app, whose code of now is used up. */
export async function withTotp({ pool, user }: Pick<ReturnType<typeof toolsOver>, 'pool' | 'user'>) {
  const somebody = await signedInAt(pool);
  const { accessToken } = somebody.session;
  const secret = await user.newTotpSecret(accessToken);
  const usedCode = totpCode(secret);
  await user.verifyTotp(accessToken, usedCode);
  await user.turnTotp(accessToken, 'on');
  return { ...somebody, secret, usedCode };
}

/** The session of a sign-in that nothing more is asked for. */
export const sessionOf = async (pool: Pick<UserPool, 'signIn'>, { email, password }: Credentials): Promise<Session> =>
  Session.parse(await pool.signIn(email, password));
type Credentials = { email: string; password: string };

const names = (id: string) => ({ clientId: () => id, poolId: () => poolId });

const clientOf = (endpoint: string) =>
  new CognitoIdentityProviderClient({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

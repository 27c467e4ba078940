import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizeRequest } from '../../functions/identity/authorize-request.ts';
import { tokenVerifier } from '../../functions/identity/token-verifier.ts';
import { idFromUuid } from '../../functions/runtime/ids.ts';
import { newTeamWrites, teamAccess } from '../../functions/teams/public.ts';
import { freshAccounts, newRegistration, noon } from '../support/accounts.ts';
import { clientId, issuerHost, poolId, startCognito } from '../support/cognito.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { scriptedServer } from '../support/scripted-server.ts';

const issuer = `${issuerHost}/${poolId}`;
const sub = '00000000-0000-4000-8000-000000000001';
const userId = idFromUuid('user', sub);
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const seconds = () => Math.floor(Date.now() / 1000);

const claims = () => ({
  sub,
  iss: issuer,
  client_id: clientId,
  token_use: 'access',
  iat: seconds() - 10,
  exp: seconds() + 600,
});

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function jwt(changes: object = {}, { key = privateKey, kid = 'ours' }: { key?: KeyObject; kid?: string } = {}) {
  const signed = `${encoded({ alg: 'RS256', kid, typ: 'JWT' })}.${encoded({ ...claims(), ...changes })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

let keys: Awaited<ReturnType<typeof scriptedServer>>;
beforeAll(async () => {
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'ours', alg: 'RS256', use: 'sig' };
  keys = await scriptedServer(() => ({ body: { keys: [key] } }));
});
afterAll(() => keys.stop());

async function setup(jwksUri = `${keys.url}/${poolId}/.well-known/jwks.json`) {
  const { table } = await freshAccounts();
  await table.transact(newTeamWrites({ id: testTeamId, name: 'Ours', createdAt: noon.toISOString() }, userId));
  const tools = { tokens: tokenVerifier({ issuer, clientId, jwksUri }), access: teamAccess(table), now: () => noon };
  return (...identitySource: string[]) => authorizeRequest({ version: '2.0', identitySource }, tools);
}

const refusal = (code: string) => ({ isAuthorized: true, context: { refusal: code } });

describe('the authorizer', () => {
  test('names the user by the token', async () => {
    const authorize = await setup();
    expect(await authorize(`Bearer ${jwt()}`)).toEqual({ isAuthorized: true, context: { userId } });
  });

  test('names the role of a member of the team', async () => {
    const authorize = await setup();
    expect(await authorize(`bearer ${jwt()}`, testTeamId)).toEqual({
      isAuthorized: true,
      context: { userId, teamId: testTeamId, role: 'owner', hourLimit: 100, dayLimit: 1_000 },
    });
  });

  test('fetches the keys once', async () => {
    const authorize = await setup();
    const before = keys.requests.length;
    for (let calls = 0; calls < 3; calls++) await authorize(`Bearer ${jwt()}`);
    expect(keys.requests.length - before).toBe(1);
  });

  test.each([
    ['a team of others', otherTeamId],
    ['no team id', 'team_x'],
    ['a team id with a row key in it', `${testTeamId}#POST`],
  ])('refuses %s', async (_, teamId) => {
    const authorize = await setup();
    expect(await authorize(`Bearer ${jwt()}`, teamId)).toEqual(refusal('auth.not_a_member'));
  });

  test('says of an expired token that it is expired', async () => {
    const authorize = await setup();
    const expired = jwt({ exp: seconds() - 1 });
    expect(await authorize(`Bearer ${expired}`, testTeamId)).toEqual(refusal('auth.token_expired'));
  });

  const forger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const unsigned = `${encoded({ alg: 'none', kid: 'ours' })}.${encoded(claims())}.`;
  const withPublicKeyAsSecret = () => {
    const signed = `${encoded({ alg: 'HS256', kid: 'ours' })}.${encoded(claims())}`;
    const secret = publicKey.export({ format: 'pem', type: 'spki' });
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
  test.each([
    ['a forged signature', () => jwt({}, { key: forger })],
    ['an expired token with a forged signature', () => jwt({ exp: seconds() - 1 }, { key: forger })],
    ['a key that is not the pool’s', () => jwt({}, { kid: 'theirs' })],
    ['changed claims', () => `${jwt().split('.')[0]}.${encoded({ ...claims(), sub: poolId })}.${jwt().split('.')[2]}`],
    ['no signature', () => unsigned],
    ['a signature made with the public key', withPublicKeyAsSecret],
    ['another client', () => jwt({ client_id: 'other' })],
    ['another pool', () => jwt({ iss: `${issuerHost}/eu-central-1_other` })],
    ['an id token', () => jwt({ token_use: 'id', aud: clientId })],
    ['a token without an end', () => jwt({ exp: undefined })],
    ['a token of no user', () => jwt({ sub: 'client' })],
    ['a token that is not valid yet', () => jwt({ nbf: seconds() + 600 })],
    ['what is no token', () => 'nonsense'],
  ])('refuses %s', async (_, token) => {
    const authorize = await setup();
    expect(await authorize(`Bearer ${token()}`, testTeamId)).toEqual(refusal('auth.token_invalid'));
  });

  test.each(['Basic YWRhOmFkYQ==', 'Bearer', '', 'Bearer a b'])('refuses the header %j', async (header) => {
    const authorize = await setup();
    expect(await authorize(header)).toEqual(refusal('auth.token_invalid'));
  });

  test('lets nobody in for an event that it does not know', async () => {
    const authorize = await setup();
    expect(await authorize()).toEqual({ isAuthorized: false });
  });

  test.each([
    ['can not be reached', 'http://127.0.0.1:9/keys'],
    ['are none', () => 'not json'],
    ['are refused', () => ({ status: 404 })],
  ])('fails, and refuses nobody, when the keys %s', async (_, where) => {
    const server = typeof where === 'string' ? undefined : await scriptedServer(() => answerOf(where()));
    const authorize = await setup(server ? `${server.url}/keys` : String(where));
    await expect(authorize(`Bearer ${jwt()}`)).rejects.toThrow();
    await server?.stop();
  });
});

const answerOf = (answer: string | { status: number }) => (typeof answer === 'string' ? { body: answer } : answer);

describe('the authorizer with the tokens of the real engine', () => {
  let cognito: Awaited<ReturnType<typeof startCognito>>;
  beforeAll(async () => {
    cognito = await startCognito();
  });
  afterAll(() => cognito.stop());

  test('takes an access token of our client and no other', async () => {
    const { email, password, ...rest } = newRegistration();
    const user = await cognito.pool.signUp({ email, password, ...rest });
    await cognito.pool.confirm(email, '123456');
    const authorize = await setup(`${cognito.url}/${poolId}/.well-known/jwks.json`);
    const [ours, theirs] = [
      await cognito.pool.signIn(email, password),
      await cognito.otherPool.signIn(email, password),
    ];
    expect(await authorize(`Bearer ${ours.accessToken}`)).toMatchObject({
      context: { userId: idFromUuid('user', user.sub) },
    });
    expect(await authorize(`Bearer ${theirs.accessToken}`)).toEqual(refusal('auth.token_invalid'));
    expect(await authorize(`Bearer ${ours.refreshToken}`)).toEqual(refusal('auth.token_invalid'));
  });
});

import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizeRequest } from '../../functions/identity/authorize-request.ts';
import { tokenVerifier } from '../../functions/identity/token-verifier.ts';
import { AuthorizerContext } from '../../functions/runtime/caller.ts';
import { idFromUuid, newId } from '../../functions/runtime/ids.ts';
import { newApiKeySecret } from '../../functions/teams/api-key-secret.ts';
import { apiKeyTable, type StoredApiKey } from '../../functions/teams/api-key-table.ts';
import { digestOf } from '../../functions/teams/digest.ts';
import { newTeamWrites, teamAccess } from '../../functions/teams/public.ts';
import { freshAccounts, newRegistration, noon } from '../support/accounts.ts';
import { clientId, issuerHost, poolId, sessionOf, startCognito } from '../support/cognito.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { storedApiKey } from '../support/teams.ts';

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
  return Object.assign((...identitySource: string[]) => authorizeRequest({ version: '2.0', identitySource }, tools), {
    apiKeys: apiKeyTable(table),
  });
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

describe('the authorizer with API keys', () => {
  async function withKey(overrides: Partial<StoredApiKey> = {}) {
    const authorize = await setup('http://127.0.0.1:9/no-keys-are-asked-for');
    const id = newId('key');
    const secret = newApiKeySecret(id);
    await authorize.apiKeys.insert(storedApiKey(userId, { id, secretDigest: digestOf(secret), ...overrides }));
    return { authorize, id, secret };
  }

  test('names the key, its scopes and limits, and who made it', async () => {
    const { authorize, id, secret } = await withKey({ scopes: ['posts:read', 'posts:write'], requestsPerHour: 7 });
    const answer = await authorize(`Bearer ${secret}`, testTeamId);
    expect(answer).toEqual({
      isAuthorized: true,
      context: {
        userId,
        teamId: testTeamId,
        role: 'admin',
        apiKeyId: id,
        scopes: 'posts:read posts:write',
        keyHourLimit: 7,
        hourLimit: 100,
        dayLimit: 1_000,
      },
    });
    expect(AuthorizerContext.parse(answer.context)).toEqual(answer.context);
  });

  test('leaves out the limit of a key that has none', async () => {
    const { authorize, secret } = await withKey();
    const { context } = await authorize(`Bearer ${secret}`, testTeamId);
    expect(context).not.toHaveProperty('keyHourLimit');
  });

  test.each([
    ['without a team', (secret: string) => [secret]],
    ['in another team', (secret: string) => [secret, otherTeamId]],
    ['in what is no team', (secret: string) => [secret, `${testTeamId}#LIMITS`]],
    ['with a changed secret', (secret: string) => [`${secret.slice(0, -4)}AAAA`, testTeamId]],
    ['that is none', () => ['cn_nonsense', testTeamId]],
  ])('refuses one %s', async (_, request) => {
    const { authorize, secret } = await withKey();
    const [given, ...team] = request(secret);
    expect(await authorize(`Bearer ${given}`, ...team)).toEqual(refusal('auth.key_invalid'));
  });

  test('refuses one that has expired or was revoked', async () => {
    const expired = await withKey({ validUntil: noon.toISOString() });
    expect(await expired.authorize(`Bearer ${expired.secret}`, testTeamId)).toEqual(refusal('auth.key_invalid'));
    const revoked = await withKey();
    await revoked.authorize.apiKeys.delete(testTeamId, revoked.id);
    expect(await revoked.authorize(`Bearer ${revoked.secret}`, testTeamId)).toEqual(refusal('auth.key_invalid'));
  });
});

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
      await sessionOf(cognito.pool, { email, password }),
      await sessionOf(cognito.otherPool, { email, password }),
    ];
    expect(await authorize(`Bearer ${ours.accessToken}`)).toMatchObject({
      context: { userId: idFromUuid('user', user.sub) },
    });
    expect(await authorize(`Bearer ${theirs.accessToken}`)).toEqual(refusal('auth.token_invalid'));
    expect(await authorize(`Bearer ${ours.refreshToken}`)).toEqual(refusal('auth.token_invalid'));
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { login } from '../../functions/identity/login.ts';
import type { UserPool } from '../../functions/identity/user-pool.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { idFromUuid } from '../../functions/runtime/ids.ts';
import { freshAccounts, newRegistration, noon } from '../support/accounts.ts';
import { answeringPool, startCognito, withTotp } from '../support/cognito.ts';
import { send } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

async function setup(pool: UserPool = cognito.pool) {
  const accounts = await freshAccounts();
  const handler = endpoint(identityContract.login, login, () => ({ pool, users: accounts.users, now: () => noon }));
  const post = (body: { email: string; password: string }) => send(handler, { body, caller: null });
  return { ...accounts, post };
}

async function confirmed() {
  const registration = newRegistration();
  const { sub } = await cognito.pool.signUp(registration);
  await cognito.pool.confirm(registration.email, '123456');
  const { email, password } = registration;
  return { credentials: { email, password }, userId: idFromUuid('user', sub) };
}

const anyone = { email: 'ada@example.com', password: 'whatever it is' };

describe('POST /auth/login', () => {
  test('answers the tokens of a session', async () => {
    const { post } = await setup();
    const { credentials } = await confirmed();
    const { status, body } = await post({ ...credentials, email: credentials.email.toUpperCase() });
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 3600,
      tokenType: 'Bearer',
    });
  });

  test('makes the rows of a confirmation that died, once', async () => {
    const { post, users, table } = await setup();
    const { credentials, userId } = await confirmed();
    await post(credentials);
    expect(await users.find(userId)).toMatchObject({ email: credentials.email });
    const rows = await table.rows();
    await post(credentials);
    expect(await table.rows()).toEqual(rows);
  });

  test('answers a challenge where the account has an authenticator app', async () => {
    const { post, table } = await setup();
    const { email, password } = await withTotp(cognito);
    const { status, body } = await post({ email, password });
    expect({ status, body }).toEqual({ status: 200, body: { challenge: 'totp', session: expect.any(String) } });
    expect(await table.rows()).toEqual([]);
    expect(await post({ email, password: 'something else' })).toMatchObject({
      status: 401,
      body: { code: 'auth.credentials_wrong' },
    });
  });

  test('refuses a wrong password and an unknown e-mail with the same words', async () => {
    const { post } = await setup();
    const { credentials } = await confirmed();
    const wrong = await post({ ...credentials, password: 'something else' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'auth.credentials_wrong' } });
    expect((await post(anyone)).body).toEqual(wrong.body);
  });

  test('refuses an e-mail that is not confirmed', async () => {
    const { post, table } = await setup();
    const { email, password } = newRegistration();
    await cognito.pool.signUp({ ...newRegistration(), email, password });
    expect(await post({ email, password })).toMatchObject({ status: 403, body: { code: 'auth.not_confirmed' } });
    expect(await table.rows()).toEqual([]);
  });

  test.each([
    ['NotAuthorizedException', 401, 'auth.credentials_wrong'],
    ['UserNotFoundException', 401, 'auth.credentials_wrong'],
    ['PasswordResetRequiredException', 401, 'auth.credentials_wrong'],
    ['TooManyRequestsException', 429, 'auth.too_many_attempts'],
    ['InternalErrorException', 500, 'internal.error'],
  ])('words %s', async (exception, status, code) => {
    const { pool, stop } = await answeringPool({ exception });
    const { post } = await setup(pool);
    expect(await post(anyone)).toMatchObject({ status, body: { code } });
    await stop();
  });

  test.each([
    ['a factor that it does not offer', { ChallengeName: 'SMS_MFA', Session: 's' }],
    ['no tokens', {}],
  ])('does not sign in where the pool asks for %s', async (_, body) => {
    const { pool, stop } = await answeringPool({ body });
    const { post } = await setup(pool);
    expect(await post(anyone)).toMatchObject({ status: 500, body: { code: 'internal.error' } });
    await stop();
  });
});

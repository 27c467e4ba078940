import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { refresh } from '../../functions/identity/refresh.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newRegistration } from '../support/accounts.ts';
import { answeringPool, sessionOf, startCognito } from '../support/cognito.ts';
import { send } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const post = (refreshToken: string, pool = cognito.pool) =>
  send(
    endpoint(identityContract.refresh, refresh, () => ({ pool })),
    { body: { refreshToken }, caller: null },
  );

async function session() {
  const { email, password, ...rest } = newRegistration();
  await cognito.pool.signUp({ email, password, ...rest });
  await cognito.pool.confirm(email, '123456');
  return sessionOf(cognito.pool, { email, password });
}

describe('POST /auth/refresh', () => {
  test('answers a new access token, and the refresh token that stays good', async () => {
    const { accessToken, refreshToken } = await session();
    const { status, body } = await post(refreshToken);
    expect({ status, body }).toEqual({
      status: 200,
      body: { accessToken: expect.any(String), refreshToken, expiresIn: 3600, tokenType: 'Bearer' },
    });
    expect(body.accessToken).not.toBe(accessToken);
  });

  test('gives the new refresh token where the pool rotates them', async () => {
    const { accessToken } = await session();
    const AuthenticationResult = { AccessToken: accessToken, RefreshToken: 'the next one' };
    const { pool, stop } = await answeringPool({ body: { AuthenticationResult } });
    expect(await post('the first one', pool)).toMatchObject({ body: { refreshToken: 'the next one' } });
    await stop();
  });

  test('refuses a token that is none of ours', async () => {
    expect(await post('nonsense')).toMatchObject({ status: 401, body: { code: 'auth.refresh_token_invalid' } });
  });

  test('refuses too many attempts', async () => {
    const { pool, stop } = await answeringPool({ exception: 'TooManyRequestsException' });
    expect(await post('any', pool)).toMatchObject({ status: 429, body: { code: 'auth.too_many_attempts' } });
    await stop();
  });
});

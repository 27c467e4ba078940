import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { logout } from '../../functions/identity/logout.ts';
import type { UserPool } from '../../functions/identity/user-pool.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { answeringPool, newUser, sessionOf, startCognito } from '../support/cognito.ts';
import { send } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const over = (pool: UserPool) => endpoint(identityContract.logout, logout, () => ({ pool }));
const post = (refreshToken: string, pool = cognito.pool) => send(over(pool), { body: { refreshToken }, caller: null });

describe('POST /auth/logout', () => {
  test('ends this session and no other', async () => {
    const user = await newUser(cognito.pool);
    const [here, there] = [await sessionOf(cognito.pool, user), await sessionOf(cognito.pool, user)];
    expect(await post(here.refreshToken)).toMatchObject({ status: 204 });
    await expect(cognito.pool.refresh(here.refreshToken)).rejects.toMatchObject({
      entry: { code: 'auth.refresh_token_invalid' },
    });
    expect(await cognito.pool.refresh(there.refreshToken)).toMatchObject({ tokenType: 'Bearer' });
  });

  test('may be called again, and for what is no token', async () => {
    const { refreshToken } = await sessionOf(cognito.pool, await newUser(cognito.pool));
    for (const token of [refreshToken, refreshToken, 'nonsense'])
      expect(await post(token)).toMatchObject({ status: 204 });
  });

  test.each([
    ['NotAuthorizedException', 204, undefined],
    ['UnauthorizedException', 204, undefined],
    ['InvalidParameterException', 204, undefined],
    ['UnsupportedTokenTypeException', 204, undefined],
    ['TooManyRequestsException', 429, 'auth.too_many_attempts'],
    ['InternalErrorException', 500, 'internal.error'],
  ])('answers %s with %i', async (exception, status, code) => {
    const { pool, stop } = await answeringPool({ exception });
    const reply = await post('any', pool);
    expect([reply.status, reply.body?.code]).toEqual([status, code]);
    await stop();
  });
});

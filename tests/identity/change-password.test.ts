import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changePassword } from '../../functions/identity/change-password.ts';
import { identityContract } from '../../functions/identity/contract.ts';
import type { SignedInUser } from '../../functions/identity/signed-in-user.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { answeringPool, sessionOf, signedInAt, startCognito } from '../support/cognito.ts';
import { type Request, send, testUserId } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const newPassword = 'another long pass phrase';
const anyone = { caller: { userId: testUserId }, headers: { authorization: 'Bearer any' } };
const over = (user: SignedInUser) => endpoint(identityContract.changePassword, changePassword, () => ({ user }));
const post = (request: Request, currentPassword: string, user = cognito.user) =>
  send(over(user), { ...request, body: { currentPassword, newPassword } });

describe('POST /auth/change-password', () => {
  test('sets the new password', async () => {
    const { request, email, password } = await signedInAt(cognito.pool);
    expect(await post(request, password)).toMatchObject({ status: 204 });
    await sessionOf(cognito.pool, { email, password: newPassword });
    await expect(sessionOf(cognito.pool, { email, password })).rejects.toThrow();
  });

  test('refuses who does not know the present one, and changes nothing', async () => {
    const { request, email, password } = await signedInAt(cognito.pool);
    expect(await post(request, 'not the password')).toMatchObject({
      status: 422,
      body: { code: 'auth.password_wrong' },
    });
    await sessionOf(cognito.pool, { email, password });
  });

  test('refuses a token that the pool does not take', async () => {
    expect(await post({ ...anyone, headers: {} }, 'whatever')).toMatchObject({ status: 401 });
    const { session, request, password } = await signedInAt(cognito.pool);
    const authorization = `Bearer ${session.accessToken.slice(0, -6)}AAAAAA`;
    expect(await post({ ...request, headers: { authorization } }, password)).toMatchObject({
      status: 401,
      body: { code: 'auth.token_invalid' },
    });
  });

  test.each([
    ['NotAuthorizedException', 'Incorrect username or password.', 422, 'auth.password_wrong'],
    ['NotAuthorizedException', 'Access Token has been revoked', 401, 'auth.token_invalid'],
    ['InvalidParameterException', 'previousPassword failed to satisfy constraint', 422, 'auth.password_wrong'],
    ['InvalidPasswordException', 'Password not long enough', 422, 'auth.password_refused'],
    ['PasswordHistoryPolicyViolationException', 'Used before', 422, 'auth.password_refused'],
    ['LimitExceededException', 'Attempt limit exceeded', 429, 'auth.too_many_attempts'],
    ['InternalErrorException', 'Failed', 500, 'internal.error'],
  ])('words %s (%s)', async (exception, message, status, code) => {
    const { user, stop } = await answeringPool({ exception, message });
    expect(await post(anyone, 'whatever it is', user)).toMatchObject({ status, body: { code } });
    await stop();
  });
});

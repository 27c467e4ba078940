import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import type { SignedInUser } from '../../functions/identity/signed-in-user.ts';
import { verifyMfa } from '../../functions/identity/verify-mfa.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { answeringPool, sessionOf, signedInAt, startCognito } from '../support/cognito.ts';
import { type Request, send } from '../support/request.ts';
import { totpCode } from '../support/totp.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const over = (user: SignedInUser) => endpoint(identityContract.verifyMfa, verifyMfa, () => ({ user }));
const post = (request: Request, code: string, user = cognito.user) => send(over(user), { ...request, body: { code } });

describe('POST /auth/mfa/verify', () => {
  test('turns the app on: signing in asks for its code from now on', async () => {
    const { request, session, email, password } = await signedInAt(cognito.pool);
    const secret = await cognito.user.newTotpSecret(session.accessToken);
    expect(await post(request, totpCode(secret))).toMatchObject({ status: 204 });
    expect(await cognito.pool.signIn(email, password)).toEqual({ challenge: 'totp', session: expect.any(String) });
  });

  test('refuses a wrong code and leaves the app off', async () => {
    const { request, session, email, password } = await signedInAt(cognito.pool);
    const secret = await cognito.user.newTotpSecret(session.accessToken);
    const reply = await post(request, totpCode(secret, 100));
    expect(reply).toMatchObject({ status: 422, body: { code: 'auth.mfa_code_wrong' } });
    await sessionOf(cognito.pool, { email, password });
  });

  test('refuses a code where no app was begun', async () => {
    const { request } = await signedInAt(cognito.pool);
    expect(await post(request, '123456')).toMatchObject({ status: 409, body: { code: 'auth.mfa_not_enrolled' } });
  });

  test.each([
    ['EnableSoftwareTokenMFAException', 422, 'auth.mfa_code_wrong'],
    ['CodeMismatchException', 422, 'auth.mfa_code_wrong'],
    ['NotAuthorizedException', 401, 'auth.token_invalid'],
    ['TooManyRequestsException', 429, 'auth.too_many_attempts'],
    ['InternalErrorException', 500, 'internal.error'],
  ])('words %s', async (exception, status, code) => {
    const { user, stop } = await answeringPool({ exception });
    expect(await post({}, '123456', user)).toMatchObject({ status, body: { code } });
    await stop();
  });

  test('does not take a check that failed without a word for a success', async () => {
    const { user, stop } = await answeringPool({ body: { Status: 'ERROR' } });
    expect(await post({}, '123456', user)).toMatchObject({ status: 500 });
    await stop();
  });
});

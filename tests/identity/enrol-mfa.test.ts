import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { enrolMfa } from '../../functions/identity/enrol-mfa.ts';
import type { SignedInUser } from '../../functions/identity/signed-in-user.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { answeringPool, sessionOf, signedInAt, startCognito, withTotp } from '../support/cognito.ts';
import { type Request, send } from '../support/request.ts';
import { totpCode } from '../support/totp.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const over = (user: SignedInUser) => endpoint(identityContract.enrolMfa, enrolMfa, () => ({ user }));
const post = (request: Request, user = cognito.user) => send(over(user), request);

describe('POST /auth/mfa/enrol', () => {
  test('answers a secret and the address that authenticator apps read', async () => {
    const { request, email } = await signedInAt(cognito.pool);
    const { status, body } = await post(request);
    expect({ status, body }).toEqual({
      status: 200,
      body: { secret: expect.stringMatching(/^[A-Z2-7]{32,}$/), otpauthUri: expect.any(String) },
    });
    const uri = new URL(body.otpauthUri);
    expect(uri.protocol + uri.host + decodeURIComponent(uri.pathname)).toBe(`otpauth:totp/ClientNest:${email}`);
    expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: body.secret, issuer: 'ClientNest' });
  });

  test('asks for nothing at sign-in until a code was shown', async () => {
    const { request, email, password } = await signedInAt(cognito.pool);
    await post(request);
    await sessionOf(cognito.pool, { email, password });
  });

  test('refuses to put an app that is in use out of use', async () => {
    const { request, email, password, secret } = await withTotp(cognito);
    expect(await post(request)).toMatchObject({ status: 409, body: { code: 'auth.mfa_enabled' } });
    const challenge = await cognito.pool.signIn(email, password);
    if (!('challenge' in challenge)) throw new Error('no challenge');
    const answer = { email, session: challenge.session, code: totpCode(secret, 1) };
    expect(await cognito.pool.answerChallenge(answer)).toMatchObject({ tokenType: 'Bearer' });
  });

  test.each([
    ['NotAuthorizedException', 401, 'auth.token_invalid'],
    ['TooManyRequestsException', 429, 'auth.too_many_attempts'],
    ['InternalErrorException', 500, 'internal.error'],
  ])('words %s', async (exception, status, code) => {
    const { user, stop } = await answeringPool({ exception });
    expect(await post({}, user)).toMatchObject({ status, body: { code } });
    await stop();
  });

  test.each([
    ['a user without e-mail', {}],
    ['no secret', { UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }] }],
  ])('does not take %s for an answer', async (_, body) => {
    const { user, stop } = await answeringPool({ body });
    expect(await post({}, user)).toMatchObject({ status: 500 });
    await stop();
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { disableMfa } from '../../functions/identity/disable-mfa.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { answeringPool, sessionOf, signedInAt, startCognito, withTotp } from '../support/cognito.ts';
import { type Request, send } from '../support/request.ts';
import { totpCode } from '../support/totp.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

type Tools = Parameters<typeof disableMfa>[1];
const over = (tools: Tools) => endpoint(identityContract.disableMfa, disableMfa, () => tools);
const post = (request: Request, body: object, tools: Tools = cognito) => send(over(tools), { ...request, body });

describe('POST /auth/mfa/disable', () => {
  test('turns the app off for a code of it', async () => {
    const { request, secret, ...credentials } = await withTotp(cognito);
    expect(await post(request, { code: totpCode(secret, 1) })).toMatchObject({ status: 204 });
    await sessionOf(cognito.pool, credentials);
  });

  test('turns the app off for the password, and an app may be set up again', async () => {
    const { request, session, ...credentials } = await withTotp(cognito);
    expect(await post(request, { password: credentials.password })).toMatchObject({ status: 204 });
    await sessionOf(cognito.pool, credentials);
    expect(await cognito.user.find(session.accessToken)).toMatchObject({ hasTotp: false });
    expect(await cognito.user.newTotpSecret(session.accessToken)).toEqual(expect.any(String));
  });

  test('refuses a wrong code, a used one and a wrong password, and leaves the app on', async () => {
    const { request, secret, usedCode, email, password } = await withTotp(cognito);
    for (const code of [totpCode(secret, 100), usedCode])
      expect(await post(request, { code })).toMatchObject({ status: 422, body: { code: 'auth.mfa_code_wrong' } });
    expect(await post(request, { password: 'not the password' })).toMatchObject({
      status: 422,
      body: { code: 'auth.password_wrong' },
    });
    expect(await cognito.pool.signIn(email, password)).toMatchObject({ challenge: 'totp' });
  });

  test('refuses a code where there is no app', async () => {
    const { request } = await signedInAt(cognito.pool);
    const reply = await post(request, { code: '123456' });
    expect(reply).toMatchObject({ status: 409, body: { code: 'auth.mfa_not_enrolled' } });
  });

  test.each([
    ['neither', {}],
    ['both', { code: '123456', password: 'whatever it is' }],
  ])('asks for a code or the password, not %s', async (_, body) => {
    const { request } = await signedInAt(cognito.pool);
    expect(await post(request, body)).toMatchObject({ status: 422, body: { code: expect.stringMatching(/^input\./) } });
  });

  test.each([
    ['NotAuthorizedException', 401, 'auth.token_invalid'],
    ['TooManyRequestsException', 429, 'auth.too_many_attempts'],
  ])('words %s', async (exception, status, code) => {
    const { user, pool, stop } = await answeringPool({ exception });
    expect(await post({}, { code: '123456' }, { user, pool })).toMatchObject({ status, body: { code } });
    await stop();
  });
});

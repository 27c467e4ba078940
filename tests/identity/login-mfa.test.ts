import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { loginMfa } from '../../functions/identity/login-mfa.ts';
import type { UserPool } from '../../functions/identity/user-pool.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { answeringPool, newUser, startCognito, withTotp } from '../support/cognito.ts';
import { send } from '../support/request.ts';
import { totpCode } from '../support/totp.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const over = (pool: Pick<UserPool, 'answerChallenge'>) =>
  endpoint(identityContract.loginMfa, loginMfa, () => ({ pool }));
const post = (body: object, pool: Pick<UserPool, 'answerChallenge'> = cognito.pool) =>
  send(over(pool), { body, caller: null });

async function challenged() {
  const { email, password, secret } = await withTotp(cognito);
  const answer = await cognito.pool.signIn(email, password);
  if (!('challenge' in answer)) throw new Error('no challenge');
  return { email, password, secret, session: answer.session };
}

describe('POST /auth/login/mfa', () => {
  test('answers the tokens of a session, which can be refreshed', async () => {
    const { email, secret, session } = await challenged();
    const { status, body } = await post({ email: email.toUpperCase(), session, code: totpCode(secret, 1) });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        accessToken: expect.any(String),
        refreshToken: expect.any(String),
        expiresIn: 3600,
        tokenType: 'Bearer',
      },
    });
    expect(await cognito.pool.refresh(body.refreshToken)).toMatchObject({ tokenType: 'Bearer' });
  });

  test('refuses a wrong code and a used one, and takes the right one after them', async () => {
    const { email, secret, session } = await challenged();
    for (const code of [totpCode(secret, 100), totpCode(secret)])
      expect(await post({ email, session, code })).toMatchObject({
        status: 422,
        body: { code: 'auth.mfa_code_wrong' },
      });
    expect(await post({ email, session, code: totpCode(secret, 1) })).toMatchObject({ status: 200 });
  });

  test('refuses a session that is used up, of somebody else, or none', async () => {
    const { email, secret, session } = await challenged();
    const code = totpCode(secret, 1);
    const expired = { status: 401, body: { code: 'auth.session_expired' } };
    const other = await newUser(cognito.pool);
    expect(await post({ email: other.email, session, code })).toMatchObject(expired);
    expect(await post({ email: 'nobody@example.com', session, code })).toMatchObject(expired);
    expect(await post({ email, session: 'A'.repeat(40), code })).toMatchObject(expired);
    expect(await post({ email, session, code })).toMatchObject({ status: 200 });
    expect(await post({ email, session, code })).toMatchObject(expired);
  });

  test.each([
    ['TooManyRequestsException', 500, 'internal.error'],
    ['UserNotFoundException', 401, 'auth.session_expired'],
  ])('words %s at the look-up of the user', async (exception, status, code) => {
    const { pool, stop } = await answeringPool({ exception });
    const reply = await post({ email: 'ada@example.com', session: 'A'.repeat(40), code: '123456' }, pool);
    expect(reply).toMatchObject({ status, body: { code } });
    await stop();
  });

  test.each([
    ['another challenge', { Username: 'ada', ChallengeName: 'SMS_MFA' }],
    ['no tokens', { Username: 'ada' }],
  ])('does not sign in where the pool answers %s', async (_, body) => {
    const { pool, stop } = await answeringPool({ body });
    const reply = await post({ email: 'ada@example.com', session: 'A'.repeat(40), code: '123456' }, pool);
    expect(reply).toMatchObject({ status: 500, body: { code: 'internal.error' } });
    await stop();
  });
});

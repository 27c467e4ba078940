import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import type { MailedCodes } from '../../functions/identity/mailed-codes.ts';
import { resetPassword } from '../../functions/identity/reset-password.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newRegistration } from '../support/accounts.ts';
import { answeringPool, newUser, sessionOf, startCognito } from '../support/cognito.ts';
import { send } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const password = 'another long pass phrase';
const over = (codes: MailedCodes) => endpoint(identityContract.resetPassword, resetPassword, () => ({ codes }));
const post = (body: object, codes = cognito.codes) =>
  send(over(codes), { body: { code: '123456', password, ...body }, caller: null });

describe('POST /auth/reset-password', () => {
  test('sets the new password, and the old one is none any more', async () => {
    const { email, password: old } = await newUser(cognito.pool);
    await cognito.codes.sendReset(email);
    expect(await post({ email })).toMatchObject({ status: 204 });
    await sessionOf(cognito.pool, { email, password });
    await expect(sessionOf(cognito.pool, { email, password: old })).rejects.toThrow();
  });

  test('takes a code once', async () => {
    const { email } = await newUser(cognito.pool);
    await cognito.codes.sendReset(email);
    await post({ email });
    expect(await post({ email })).toMatchObject({ status: 422, body: { code: 'auth.code_wrong' } });
  });

  test('answers the same to a wrong code, to no code, to one not confirmed and to nobody', async () => {
    const [asked, unasked] = [await newUser(cognito.pool), await newUser(cognito.pool)];
    await cognito.codes.sendReset(asked.email);
    const unconfirmed = newRegistration();
    await cognito.pool.signUp(unconfirmed);
    const replies = [];
    for (const email of [asked.email, unasked.email, unconfirmed.email, 'nobody@example.com'])
      replies.push(await post({ email, code: '654321' }));
    expect(replies[0]).toMatchObject({ status: 422, body: { code: 'auth.code_wrong' } });
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
  });

  test.each([
    ['CodeMismatchException', 422, 'auth.code_wrong'],
    ['ExpiredCodeException', 422, 'auth.code_wrong'],
    ['UserNotFoundException', 422, 'auth.code_wrong'],
    ['UserNotConfirmedException', 422, 'auth.code_wrong'],
    ['LimitExceededException', 422, 'auth.code_wrong'],
    ['TooManyFailedAttemptsException', 422, 'auth.code_wrong'],
    ['InvalidPasswordException', 422, 'auth.password_refused'],
    ['TooManyRequestsException', 429, 'auth.too_many_attempts'],
    ['InternalErrorException', 500, 'internal.error'],
  ])('words %s, after one call of the pool', async (exception, status, code) => {
    const { codes, requests, stop } = await answeringPool({ exception });
    expect(await post({ email: 'ada@example.com' }, codes)).toMatchObject({ status, body: { code } });
    expect(requests).toHaveLength(1);
    await stop();
  });

  test.each(['short', ' begins with a space', 'ends with a space '])('refuses the password %j', async (weak) => {
    const reply = await post({ email: 'ada@example.com', password: weak });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'body.password' }] } });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { forgotPassword } from '../../functions/identity/forgot-password.ts';
import type { MailedCodes } from '../../functions/identity/mailed-codes.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newRegistration } from '../support/accounts.ts';
import { answeringPool, newUser, sessionOf, startCognito } from '../support/cognito.ts';
import { send } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const over = (codes: MailedCodes) => endpoint(identityContract.forgotPassword, forgotPassword, () => ({ codes }));
const post = (email: string, codes = cognito.codes) => send(over(codes), { body: { email }, caller: null });

describe('POST /auth/forgot-password', () => {
  test('sends a code that a new password can be set with', async () => {
    const { email } = await newUser(cognito.pool);
    expect(await post(email.toUpperCase())).toMatchObject({ status: 204 });
    await cognito.codes.resetPassword({ email, code: '123456', password: 'another long pass phrase' });
    await sessionOf(cognito.pool, { email, password: 'another long pass phrase' });
  });

  test('answers the same to an account, one that is not confirmed, and none', async () => {
    const confirmed = await newUser(cognito.pool);
    const unconfirmed = newRegistration();
    await cognito.pool.signUp(unconfirmed);
    const replies = [];
    for (const email of [confirmed.email, unconfirmed.email, 'nobody@example.com']) replies.push(await post(email));
    expect(replies[0]).toMatchObject({ status: 204, body: undefined });
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
  });

  test.each([
    'UserNotFoundException',
    'InvalidParameterException',
    'NotAuthorizedException',
    'LimitExceededException',
    'CodeDeliveryFailureException',
  ])('keeps %s of an account to itself, after one call of the pool', async (exception) => {
    const { codes, requests, stop } = await answeringPool({ exception });
    expect(await post('ada@example.com', codes)).toMatchObject({ status: 204 });
    expect(requests).toHaveLength(1);
    await stop();
  });

  test.each([
    ['TooManyRequestsException', 429, 'auth.too_many_attempts'],
    ['InternalErrorException', 500, 'internal.error'],
  ])('passes on %s of the whole pool', async (exception, status, code) => {
    const { codes, stop } = await answeringPool({ exception });
    expect(await post('ada@example.com', codes)).toMatchObject({ status, body: { code } });
    await stop();
  });

  test('refuses what is no e-mail address', async () => {
    expect(await post('ada')).toMatchObject({ status: 422, body: { code: 'input.invalid' } });
  });
});

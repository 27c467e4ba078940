import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import type { MailedCodes } from '../../functions/identity/mailed-codes.ts';
import { resend } from '../../functions/identity/resend.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newRegistration } from '../support/accounts.ts';
import { answeringPool, newUser, startCognito } from '../support/cognito.ts';
import { send } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const over = (codes: MailedCodes) => endpoint(identityContract.resend, resend, () => ({ codes }));
const post = (email: string, codes = cognito.codes) => send(over(codes), { body: { email }, caller: null });

describe('POST /auth/resend', () => {
  test('lets an e-mail be confirmed that was not, with the code sent again', async () => {
    const { email, password, ...rest } = newRegistration();
    await cognito.pool.signUp({ email, password, ...rest });
    expect(await post(email)).toMatchObject({ status: 204 });
    await cognito.pool.confirm(email, '123456');
    expect(await cognito.pool.findUser(email)).toMatchObject({ isConfirmed: true });
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

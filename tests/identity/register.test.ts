import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { register } from '../../functions/identity/register.ts';
import type { UserPool } from '../../functions/identity/user-pool.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newRegistration } from '../support/accounts.ts';
import { answeringPool, startCognito } from '../support/cognito.ts';
import { send } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

const over = (pool: UserPool) => endpoint(identityContract.register, register, () => ({ pool }));
const post = (body: unknown, pool = cognito.pool) => send(over(pool), { body, caller: null });

describe('POST /auth/register', () => {
  test('makes a user who is to be confirmed, with name and zone', async () => {
    const registration = newRegistration();
    const { status, body } = await post({ ...registration, email: registration.email.toUpperCase() });
    expect(status).toBe(201);
    expect(body).toEqual({ userId: expect.stringMatching(/^user_/) });
    expect(await cognito.pool.findUser(registration.email)).toMatchObject({
      email: registration.email,
      name: 'Ada Lovelace',
      timeZone: 'Europe/London',
      isConfirmed: false,
    });
  });

  test('takes UTC where no zone is given', async () => {
    const { timeZone: _, ...registration } = newRegistration();
    expect(await post(registration)).toMatchObject({ status: 201 });
    expect(await cognito.pool.findUser(registration.email)).toMatchObject({ timeZone: 'UTC' });
  });

  test('refuses an e-mail that has an account', async () => {
    const registration = newRegistration();
    await post(registration);
    expect(await post(registration)).toMatchObject({ status: 409, body: { code: 'auth.email_taken' } });
  });

  test.each([
    ['a password that the pool refuses', 'InvalidPasswordException', 422, 'auth.password_refused'],
    ['a password that begins with a space', 'InvalidParameterException', 422, 'auth.password_refused'],
    ['too many attempts', 'TooManyRequestsException', 429, 'auth.too_many_attempts'],
    ['a pool that sends no more mails', 'LimitExceededException', 429, 'auth.too_many_attempts'],
    ['a pool that fails', 'InternalErrorException', 500, 'internal.error'],
    ['a mail that can not be sent', 'CodeDeliveryFailureException', 500, 'internal.error'],
  ])('answers %s', async (_, exception, status, code) => {
    const { pool, stop } = await answeringPool({ exception });
    expect(await post(newRegistration(), pool)).toMatchObject({ status, body: { code } });
    await stop();
  });

  test.each([
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'input.unknown_time_zone'],
    ['no e-mail address', { email: 'ada' }, 'input.invalid'],
    ['a short password', { password: 'short' }, 'input.invalid'],
    ['an unknown field', { admin: true }, 'input.unknown_field'],
    ['a missing name', { name: undefined }, 'input.missing_field'],
  ])('refuses %s and makes no user', async (_, wrong, code) => {
    const registration = { ...newRegistration(), ...wrong };
    expect(await post(registration)).toMatchObject({ status: 422, body: { code } });
    expect(await cognito.pool.findUser(newRegistration().email)).toBeUndefined();
  });

  test('does not take an answer without an id for a user', async () => {
    const { pool, stop } = await answeringPool({ body: {} });
    expect(await post(newRegistration(), pool)).toMatchObject({ status: 500 });
    await stop();
  });
});

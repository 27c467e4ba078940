import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confirm } from '../../functions/identity/confirm.ts';
import { identityContract } from '../../functions/identity/contract.ts';
import type { PoolUser, UserPool } from '../../functions/identity/user-pool.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { idFromUuid } from '../../functions/runtime/ids.ts';
import { freshAccounts, newRegistration, noon } from '../support/accounts.ts';
import { answeringPool, startCognito } from '../support/cognito.ts';
import { send } from '../support/request.ts';

let cognito: Awaited<ReturnType<typeof startCognito>>;
beforeAll(async () => {
  cognito = await startCognito();
});
afterAll(() => cognito.stop());

type Pool = Pick<UserPool, 'confirm' | 'findUser'>;

async function setup(pool: Pool = cognito.pool) {
  const accounts = await freshAccounts();
  const tools = { pool, users: accounts.users, now: () => noon };
  const handler = endpoint(identityContract.confirm, confirm, () => tools);
  const post = (email: string, code = '123456') => send(handler, { body: { email, code }, caller: null });
  return { ...accounts, post };
}

async function registered() {
  const registration = newRegistration();
  const { sub } = await cognito.pool.signUp(registration);
  return { ...registration, sub, userId: idFromUuid('user', sub) };
}

const codeWrong = { status: 422, body: { code: 'auth.code_wrong' } };

describe('POST /auth/confirm', () => {
  test('confirms the e-mail and makes profile and personal team', async () => {
    const { email, sub, userId } = await registered();
    const { post, users, teams, members } = await setup();
    expect(await post(email)).toMatchObject({ status: 204 });
    expect(await users.find(userId)).toEqual({
      id: userId,
      email,
      name: 'Ada Lovelace',
      timeZone: 'Europe/London',
      preferences: { locale: 'en', weekStartsOn: 'monday' },
      createdAt: noon.toISOString(),
      revision: 1,
    });
    const teamId = idFromUuid('team', sub);
    expect(await teams.listTeamsOf(userId)).toMatchObject([{ id: teamId, name: "Ada Lovelace's team", role: 'owner' }]);
    expect(await members.find(teamId, userId)).toMatchObject({ role: 'owner' });
  });

  test('makes the rows of a confirmation that died before it could', async () => {
    const { email, userId } = await registered();
    await cognito.pool.confirm(email, '123456');
    const { post, users, table } = await setup();
    expect(await post(email)).toMatchObject({ status: 204 });
    expect(await users.find(userId)).toMatchObject({ email });
    expect(await table.rows()).toHaveLength(4);
  });

  test('makes them once when it runs twice at the same time', async () => {
    const { email } = await registered();
    const { post, table } = await setup();
    const replies = await Promise.all([post(email), post(email)]);
    expect(replies.map(({ status }) => status)).toContain(204);
    expect(await table.rows()).toHaveLength(4);
  });

  test('answers an e-mail that is confirmed like a wrong code, whatever the code', async () => {
    const { email } = await registered();
    const { post, table } = await setup();
    await post(email);
    const rows = await table.rows();
    expect(await post(email)).toMatchObject(codeWrong);
    expect(await post(email, '000000')).toMatchObject(codeWrong);
    expect(await table.rows()).toEqual(rows);
  });

  test('refuses a wrong code and stores nothing', async () => {
    const { email } = await registered();
    const { post, table } = await setup();
    expect(await post(email, '654321')).toMatchObject(codeWrong);
    expect(await table.rows()).toEqual([]);
    expect(await cognito.pool.findUser(email)).toMatchObject({ isConfirmed: false });
  });

  test('answers an e-mail that nobody registered like a wrong code', async () => {
    const { post } = await setup();
    expect(await post('nobody@example.com')).toMatchObject(codeWrong);
  });

  test.each([
    ['CodeMismatchException', false, 'auth.code_wrong'],
    ['ExpiredCodeException', false, 'auth.code_expired'],
    ['ExpiredCodeException', undefined, 'auth.code_wrong'],
    ['NotAuthorizedException', undefined, 'auth.code_wrong'],
    ['UserNotFoundException', undefined, 'auth.code_wrong'],
  ])('words %s for a user who is confirmed: %s as %s', async (exception, isConfirmed, code) => {
    const { pool, stop } = await answeringPool({ exception });
    const user = isConfirmed === undefined ? undefined : { ...poolUser, isConfirmed };
    const { post, table } = await setup({ confirm: pool.confirm, findUser: async () => user });
    expect(await post(poolUser.email)).toMatchObject({ status: 422, body: { code } });
    expect(await table.rows()).toEqual([]);
    await stop();
  });

  test.each(['TooManyFailedAttemptsException', 'LimitExceededException'])('passes on %s', async (exception) => {
    const { pool, stop } = await answeringPool({ exception });
    const { post } = await setup(pool);
    expect(await post(poolUser.email)).toMatchObject({ status: 429, body: { code: 'auth.too_many_attempts' } });
    await stop();
  });

  test('refuses a code that is no code', async () => {
    const { post } = await setup();
    expect(await post(poolUser.email, '12345a')).toMatchObject({ status: 422, body: { code: 'input.invalid' } });
  });
});

const poolUser: PoolUser = {
  sub: '00000000-0000-4000-8000-000000000001',
  email: 'ada@example.com',
  name: 'Ada',
  timeZone: 'UTC',
  isConfirmed: true,
};

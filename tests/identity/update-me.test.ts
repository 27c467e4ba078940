import { describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { updateMe } from '../../functions/identity/update-me.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newTeamWrites } from '../../functions/teams/public.ts';
import { freshAccounts, noon } from '../support/accounts.ts';
import { send, testTeamId, testUserId } from '../support/request.ts';

const ada = { id: testUserId, email: 'ada@example.com', name: 'Ada', timeZone: 'UTC', createdAt: noon.toISOString() };

async function setup() {
  const { table, users, teams } = await freshAccounts();
  await users.create(ada, newTeamWrites({ id: testTeamId, name: 'Ours', createdAt: noon.toISOString() }, ada.id));
  const handler = endpoint(identityContract.updateMe, updateMe, () => ({ users, teams }));
  const patch = (body: object, headers = {}, userId = testUserId) =>
    send(handler, { body, headers, caller: { userId } });
  return { table, users, patch };
}

describe('PATCH /me', () => {
  test('changes what is given and leaves the rest', async () => {
    const { patch, users } = await setup();
    expect(await patch({ name: ' Ada Lovelace ' })).toMatchObject({
      status: 200,
      body: {
        id: ada.id,
        email: ada.email,
        name: 'Ada Lovelace',
        timeZone: 'UTC',
        preferences: { locale: 'en', weekStartsOn: 'monday' },
        teams: [{ id: testTeamId, name: 'Ours', role: 'owner' }],
      },
    });
    await patch({ timeZone: 'Europe/Berlin', preferences: { locale: 'de-CH' } });
    await patch({ preferences: { weekStartsOn: 'sunday' } });
    expect(await users.find(ada.id)).toEqual({
      ...ada,
      name: 'Ada Lovelace',
      timeZone: 'Europe/Berlin',
      preferences: { locale: 'de-CH', weekStartsOn: 'sunday' },
      revision: 4,
    });
  });

  test('refuses a change of what was changed since', async () => {
    const { patch, users } = await setup();
    const first = await patch({ name: 'One' });
    const headers = { 'if-match': String(first.headers?.etag) };
    expect(await patch({ name: 'Two' }, headers)).toMatchObject({ status: 200 });
    expect(await patch({ name: 'Three' }, headers)).toMatchObject({ status: 412, body: { code: 'version.changed' } });
    expect(await users.find(ada.id)).toMatchObject({ name: 'Two' });
  });

  test.each([
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'input.unknown_time_zone'],
    ['an empty name', { name: ' ' }, 'input.invalid'],
    ['what is no language', { preferences: { locale: 'de_CH!' } }, 'input.invalid'],
    ['a week that starts on no such day', { preferences: { weekStartsOn: 'friday' } }, 'input.invalid'],
    ['an unknown preference', { preferences: { colour: 'red' } }, 'input.unknown_field'],
    ['another e-mail', { email: 'eve@example.com' }, 'input.unknown_field'],
  ])('refuses %s and stores nothing', async (_, body, code) => {
    const { patch, table } = await setup();
    const rows = await table.rows();
    expect(await patch(body)).toMatchObject({ status: 422, body: { code } });
    expect(await table.rows()).toEqual(rows);
  });

  test('refuses the token of a user who is not there', async () => {
    const { patch, table } = await setup();
    const rows = await table.rows();
    const reply = await patch({ name: 'Eve' }, { 'if-match': '"1.x"' }, 'user_01jdxb8ncye2ha5vvbz9fnzbzv');
    expect(reply).toMatchObject({ status: 401, body: { code: 'auth.token_invalid' } });
    expect(await table.rows()).toEqual(rows);
  });
});

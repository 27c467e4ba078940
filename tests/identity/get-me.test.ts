import { describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import { getMe } from '../../functions/identity/get-me.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { newTeamWrites } from '../../functions/teams/public.ts';
import { freshAccounts, noon } from '../support/accounts.ts';
import { send, testUserId } from '../support/request.ts';

const ada = { id: testUserId, email: 'ada@example.com', name: 'Ada', timeZone: 'UTC', createdAt: noon.toISOString() };
const team = (name: string, createdAt: string) => ({ id: newId('team'), name, createdAt });

async function setup() {
  const { table, users, teams } = await freshAccounts();
  const handler = endpoint(identityContract.getMe, getMe, () => ({ users, teams }));
  return { table, users, get: () => send(handler, { caller: { userId: testUserId } }) };
}

describe('GET /me', () => {
  test('answers who I am and my teams, the first one first', async () => {
    const { table, users, get } = await setup();
    const [second, first] = [team('Second', '2030-02-01T00:00:00.000Z'), team('First', '2030-01-01T00:00:00.000Z')];
    await users.create(ada, newTeamWrites(second, ada.id));
    await table.transact(newTeamWrites(first, ada.id));
    await table.transact(newTeamWrites(team('Of somebody else', noon.toISOString()), newId('user')));
    expect(await get()).toMatchObject({
      status: 200,
      body: {
        id: ada.id,
        email: ada.email,
        name: 'Ada',
        timeZone: 'UTC',
        preferences: { locale: 'en', weekStartsOn: 'monday' },
        teams: [
          { id: first.id, name: 'First', role: 'owner' },
          { id: second.id, name: 'Second', role: 'owner' },
        ],
      },
    });
  });

  test('leaves out a team that is gone', async () => {
    const { table, users, get } = await setup();
    const gone = team('Gone', noon.toISOString());
    await users.create(ada, newTeamWrites(gone, ada.id));
    await table.delete({ pk: `TEAM#${gone.id}`, sk: 'TEAM' });
    expect(await get()).toMatchObject({ status: 200, body: { teams: [] } });
  });

  test('refuses the token of a user who is not there', async () => {
    const { get } = await setup();
    expect(await get()).toMatchObject({ status: 401, body: { code: 'auth.token_invalid' } });
  });
});

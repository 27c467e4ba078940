import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { deleteApiKey } from '../../functions/teams/delete-api-key.ts';
import { otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshTeam, type Person, storedApiKey } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const key = storedApiKey(all.owner.userId);
  await all.tools.apiKeys.insert(key);
  const handler = endpoint(teamsContract.deleteApiKey, deleteApiKey, () => all.tools);
  const revoke = (caller: Person) => send(handler, { path: { apiKeyId: key.id }, caller });
  const team = () => all.table.get({ pk: `TEAM#${testTeamId}`, sk: 'TEAM' });
  return { ...all, revoke, team };
}

const notFound = { status: 404, body: { code: 'api_key.not_found' } };

describe('DELETE /api-keys/{apiKeyId}', () => {
  test('revokes a key, and counts it once though it comes twice at the same time', async () => {
    const { revoke, join, team } = await setup();
    const admin = await join('admin');
    const replies = await Promise.all([revoke(admin), revoke(admin)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 404]);
    expect(await revoke(admin)).toMatchObject(notFound);
    expect(await team()).toMatchObject({ apiKeys: 0 });
  });

  test('does not find one of another team', async () => {
    const { revoke, owner, team } = await setup();
    expect(await revoke({ ...owner, teamId: otherTeamId })).toMatchObject(notFound);
    expect(await team()).toMatchObject({ apiKeys: 1 });
  });

  test('is for admins', async () => {
    const { revoke, join } = await setup();
    expect(await revoke(await join('editor'))).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });
});

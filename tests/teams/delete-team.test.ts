import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { deleteTeam } from '../../functions/teams/delete-team.ts';
import { otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshTeam, type Person } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.deleteTeam, deleteTeam, () => all.tools);
  const remove = (caller: Person, name?: string, teamId = testTeamId) =>
    send(handler, { path: { teamId }, caller, ...(name !== undefined && { query: { name } }) });
  const events = async () => (await all.table.rows()).filter(({ entity }) => entity === 'event');
  return { ...all, remove, events };
}

describe('DELETE /teams/{teamId}', () => {
  test('shuts everybody out at once, and tells the other domains', async () => {
    const { remove, owner, join, tools, events } = await setup();
    const viewer = await join('viewer');
    expect(await remove(owner, 'Ours')).toMatchObject({ status: 204 });
    expect(await tools.access.ofMember(testTeamId, owner.userId)).toBeUndefined();
    expect(await tools.access.ofMember(testTeamId, viewer.userId)).toBeUndefined();
    expect(await events()).toMatchObject([
      { type: 'team.deleted', teamId: testTeamId, data: { deletedBy: owner.userId } },
    ]);
  });

  test.each([undefined, 'ours', 'Ours ', '', 'present'])('asks for the exact name: %j is not it', async (name) => {
    const { remove, owner, table } = await setup();
    const rows = await table.rows();
    expect(await remove(owner, name)).toMatchObject({
      status: 409,
      body: { code: 'team.deletion_unconfirmed', title: 'Deleting a team takes its exact name.' },
    });
    expect(await table.rows()).toEqual(rows);
  });

  test('happens once, and tells so once', async () => {
    const { remove, owner, events } = await setup();
    const replies = await Promise.all([remove(owner, 'Ours'), remove(owner, 'Ours')]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 404]);
    expect(await events()).toHaveLength(1);
  });

  test('finds no team but that of the caller', async () => {
    const { remove, owner } = await setup();
    expect(await remove(owner, 'Ours', otherTeamId)).toMatchObject({ status: 404, body: { code: 'team.not_found' } });
  });

  test('is for owners, and for those who still are', async () => {
    const { remove, join, owner, tools } = await setup();
    const refused = { status: 403, body: { code: 'auth.role_too_low' } };
    expect(await remove(await join('admin'), 'Ours')).toMatchObject(refused);
    const former = await join('owner', 'Former');
    const member = await tools.members.find(testTeamId, former.userId);
    if (member) await tools.members.changeRole(member, 'editor', { by: owner.userId, endedKeys: [] });
    expect(await remove(former, 'Ours')).toMatchObject(refused);
  });
});

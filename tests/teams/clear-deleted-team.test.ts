import { describe, expect, test } from 'vitest';
import { subscriber } from '../../functions/runtime/events.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { clearDeletedTeam } from '../../functions/teams/clear-deleted-team.ts';
import { teamsSubscribers } from '../../functions/teams/contract.ts';
import { newTeamWrites } from '../../functions/teams/team-table.ts';
import { noon } from '../support/accounts.ts';
import { eventDelivery } from '../support/events.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { freshTeam, invitedBy, storedApiKey } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const { table, tools, owner } = all;
  const handler = subscriber(teamsSubscribers.clearDeletedTeam, clearDeletedTeam, () => tools);
  const detail = { id: newId('event'), at: noon.toISOString(), teamId: testTeamId, data: { deletedBy: owner.userId } };
  const clear = () => handler(eventDelivery('team.deleted', detail));
  const left = async () => (await table.rows()).filter(({ entity }) => entity !== 'user' && entity !== 'event');
  return { ...all, clear, left };
}

describe('clearDeletedTeam', () => {
  test('removes members, invitations and keys, more than a batch of them, and the team of nobody else', async () => {
    const { clear, left, join, table, tools, owner } = await setup();
    for (let people = 0; people < 60; people++) await join('viewer', `v${people}`);
    for (let keys = 0; keys < 50; keys++) await tools.apiKeys.insert(storedApiKey(owner.userId));
    for (let open = 0; open < 51; open++) await tools.invitations.insert(invitedBy(owner).invitation, ['owner']);
    await table.transact(
      newTeamWrites({ id: otherTeamId, name: 'Theirs', createdAt: noon.toISOString() }, owner.userId),
    );
    await tools.teams.markDeleted({ teamId: testTeamId, name: 'Ours', userId: owner.userId, at: noon });
    await clear();
    expect((await left()).map(({ pk, entity }) => `${entity} ${pk}`).toSorted()).toEqual([
      `member TEAM#${otherTeamId}`,
      `membership USER#${owner.userId}`,
      `team TEAM#${testTeamId}`,
      `team TEAM#${otherTeamId}`,
    ]);
  });

  test('may come twice, and late', async () => {
    const { clear, left } = await setup();
    await clear();
    await clear();
    expect(await left()).toMatchObject([{ entity: 'team' }]);
  });
});

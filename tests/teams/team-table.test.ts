import { describe, expect, test } from 'vitest';
import { newId } from '../../functions/runtime/ids.ts';
import { newTeamWrites, teamReader } from '../../functions/teams/public.ts';
import { teamTable } from '../../functions/teams/team-table.ts';
import { noon } from '../support/accounts.ts';
import { freshTable } from '../support/table.ts';

async function setup() {
  const table = await freshTable();
  const [team, ownerId] = [{ id: newId('team'), name: 'Ours', createdAt: noon.toISOString() }, newId('user')];
  await table.transact(newTeamWrites(team, ownerId));
  return { table, team, ownerId, teams: teamReader(teamTable(table)) };
}

describe('teams', () => {
  test('have their owner as a member', async () => {
    const { teams, team, ownerId } = await setup();
    expect(await teams.findMember(team.id, ownerId)).toEqual({
      teamId: team.id,
      userId: ownerId,
      role: 'owner',
      createdAt: noon.toISOString(),
    });
  });

  test('know nobody else', async () => {
    const { teams, team, ownerId } = await setup();
    expect(await teams.findMember(team.id, newId('user'))).toBeUndefined();
    expect(await teams.findMember(newId('team'), ownerId)).toBeUndefined();
    expect(await teams.listTeamsOf(newId('user'))).toEqual([]);
  });

  test('are made once', async () => {
    const { table, team, ownerId } = await setup();
    await expect(table.transact(newTeamWrites(team, ownerId))).rejects.toThrow();
    expect(await table.rows()).toHaveLength(3);
  });
});

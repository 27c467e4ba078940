import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { listTeams } from '../../functions/teams/list-teams.ts';
import { noon } from '../support/accounts.ts';
import { send, testTeamId } from '../support/request.ts';
import { freshTeam } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.listTeams, listTeams, () => all.tools);
  const list = (userId: string, query: Record<string, string> = {}) => send(handler, { query, caller: { userId } });
  const makeTeam = async (name: string, ownerId: string) => {
    const team = { id: newId('team'), name, plan: 'starter', createdAt: noon.toISOString() } as const;
    await all.tools.teams.insert(team, ownerId);
    return team;
  };
  return { ...all, list, makeTeam };
}

describe('GET /teams', () => {
  test('lists my teams with my role and the plan of each, in pages', async () => {
    const { list, makeTeam, owner, join } = await setup();
    const { userId } = await join('viewer');
    const mine = await makeTeam('Mine', userId);
    await makeTeam('Of somebody else', owner.userId);
    const first = await list(userId, { limit: '1' });
    const second = await list(userId, { limit: '1', cursor: first.body.next });
    expect(second.body.next).toBeNull();
    const items = [...first.body.items, ...second.body.items];
    expect(items).toHaveLength(2);
    expect(items).toContainEqual({ ...mine, role: 'owner' });
    expect(items).toContainEqual({
      id: testTeamId,
      name: 'Ours',
      plan: 'free',
      role: 'viewer',
      createdAt: noon.toISOString(),
    });
  });

  test('leaves out a team that was deleted', async () => {
    const { list, owner, tools } = await setup();
    await tools.teams.markDeleted({ teamId: testTeamId, name: 'Ours', userId: owner.userId, at: noon });
    expect(await list(owner.userId)).toMatchObject({ status: 200, body: { items: [], next: null } });
  });

  test('refuses the cursor of somebody else', async () => {
    const { list, makeTeam, owner, signUp } = await setup();
    await makeTeam('Another', owner.userId);
    const { body } = await list(owner.userId, { limit: '1' });
    const eve = await signUp('Eve');
    expect(await list(eve, { cursor: body.next })).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });
});

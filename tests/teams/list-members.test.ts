import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { listMembers } from '../../functions/teams/list-members.ts';
import { noon } from '../support/accounts.ts';
import { otherTeamId, send } from '../support/request.ts';
import { freshTeam, type Person } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.listMembers, listMembers, () => all.tools);
  const list = (caller: Person, query: Record<string, string> = {}) => send(handler, { query, caller });
  return { ...all, list };
}

describe('GET /members', () => {
  test('shows who the members are, to all of them', async () => {
    const { list, join, owner } = await setup();
    const viewer = await join('viewer', 'Vera');
    const { status, body } = await list(viewer);
    expect([status, body.next, body.items.length]).toEqual([200, null, 2]);
    const joinedAt = noon.toISOString();
    expect(body.items).toContainEqual({
      userId: owner.userId,
      name: 'Ada',
      email: 'ada@example.com',
      role: 'owner',
      joinedAt,
    });
    expect(body.items).toContainEqual({
      userId: viewer.userId,
      name: 'Vera',
      email: 'vera@example.com',
      role: 'viewer',
      joinedAt,
    });
  });

  test('walks them in pages, each once', async () => {
    const { list, join, owner } = await setup();
    const joined = [owner, await join('editor'), await join('viewer')].map(({ userId }) => userId);
    const first = await list(owner, { limit: '2' });
    const second = await list(owner, { limit: '2', cursor: first.body.next });
    const listed = [...first.body.items, ...second.body.items].map(({ userId }) => userId);
    expect(second.body.next).toBeNull();
    expect(listed).toEqual(joined.toSorted());
  });

  test('leaves out a member whose account is gone', async () => {
    const { list, join, owner, table } = await setup();
    const { userId } = await join('viewer');
    await table.delete({ pk: `USER#${userId}`, sk: 'PROFILE' });
    expect(await list(owner)).toMatchObject({ body: { items: [{ userId: owner.userId }], next: null } });
  });

  test('shows nobody of another team, and takes no cursor of one', async () => {
    const { list, join, owner } = await setup();
    await join('viewer');
    const { body } = await list(owner, { limit: '1' });
    const stranger = { ...owner, teamId: otherTeamId };
    expect(await list(stranger)).toMatchObject({ status: 200, body: { items: [] } });
    expect(await list(stranger, { cursor: body.next })).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { listInvitations } from '../../functions/teams/list-invitations.ts';
import { noon } from '../support/accounts.ts';
import { otherTeamId, send } from '../support/request.ts';
import { freshTeam, invitedBy, type Person } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.listInvitations, listInvitations, () => all.tools);
  const list = (caller: Person, query: Record<string, string> = {}) => send(handler, { query, caller });
  return { ...all, list };
}

const idsOf = (items: { id: string }[]) => items.map(({ id }) => id);

describe('GET /invitations', () => {
  test('shows the open ones in pages, newest first, without what their tokens are checked by', async () => {
    const { list, owner, tools } = await setup();
    const made = [invitedBy(owner), invitedBy(owner), invitedBy(owner)].map(({ invitation }) => invitation);
    for (const invitation of made) await tools.invitations.insert(invitation, ['owner']);
    const first = await list(owner, { limit: '2' });
    const second = await list(owner, { limit: '2', cursor: first.body.next });
    expect(second.body.next).toBeNull();
    const listed = [...first.body.items, ...second.body.items];
    expect(idsOf(listed)).toEqual(idsOf(made).toSorted().toReversed());
    expect(JSON.stringify(listed)).not.toContain(made[0]?.tokenDigest);
  });

  test('leaves out what has expired and only waits for its deletion', async () => {
    const { list, owner, tools, clock } = await setup();
    await tools.invitations.insert(invitedBy(owner).invitation, ['owner']);
    clock.now = addSeconds(noon, 7 * 24 * 3600 - 1);
    expect((await list(owner)).body.items).toHaveLength(1);
    clock.now = addSeconds(noon, 7 * 24 * 3600);
    expect(await list(owner)).toMatchObject({ status: 200, body: { items: [], next: null } });
  });

  test('shows none of another team, and takes no cursor of one', async () => {
    const { list, owner, tools } = await setup();
    for (const { invitation } of [invitedBy(owner), invitedBy(owner)])
      await tools.invitations.insert(invitation, ['owner']);
    const { body } = await list(owner, { limit: '1' });
    const stranger = { ...owner, teamId: otherTeamId };
    expect(await list(stranger)).toMatchObject({ body: { items: [] } });
    expect(await list(stranger, { cursor: body.next })).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    });
  });

  test('is for admins', async () => {
    const { list, join } = await setup();
    expect(await list(await join('admin'))).toMatchObject({ status: 200 });
    expect(await list(await join('editor'))).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });
});

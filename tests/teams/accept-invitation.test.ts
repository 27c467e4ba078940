import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../functions/runtime/clock.ts';
import type { Role } from '../../functions/runtime/contract.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { acceptInvitation } from '../../functions/teams/accept-invitation.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { newInvitationToken } from '../../functions/teams/invitation-token.ts';
import { noon } from '../support/accounts.ts';
import { send, testTeamId } from '../support/request.ts';
import { freshTeam, invitedBy } from '../support/teams.ts';

async function setup(role: Role = 'editor') {
  const all = await freshTeam();
  const { invitation, token } = invitedBy(all.owner, { role });
  await all.tools.invitations.insert(invitation, ['owner']);
  const bob = await all.signUp('Bob');
  const handler = endpoint(teamsContract.acceptInvitation, acceptInvitation, () => all.tools);
  const accept = (userId = bob, sent = token) => send(handler, { body: { token: sent }, caller: { userId } });
  const memberships = async () => (await all.table.rows()).filter(({ entity }) => entity === 'membership').length;
  return { ...all, invitation, token, bob, accept, memberships };
}

const tokenInvalid = { status: 422, body: { code: 'invitation.token_invalid' } };

describe('POST /invitations/accept', () => {
  test('makes the invited user a member with the role of the invitation', async () => {
    const { accept, bob, invitation, tools } = await setup();
    expect(await accept()).toMatchObject({
      status: 200,
      body: { id: invitation.id, teamId: testTeamId, role: 'editor' },
    });
    expect(await tools.access.ofMember(testTeamId, bob)).toMatchObject({ role: 'editor' });
    expect((await tools.members.listOf(bob, { limit: 1 })).memberships).toMatchObject([{ teamId: testTeamId }]);
  });

  test('counts a new owner: the first one may go', async () => {
    const { accept, table } = await setup('owner');
    await accept();
    expect(await table.get({ pk: `TEAM#${testTeamId}`, sk: 'TEAM' })).toMatchObject({ owners: 2 });
  });

  test('works once, also when it comes twice at the same time', async () => {
    const { accept, memberships } = await setup();
    const replies = await Promise.all([accept(), accept()]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    expect(await accept()).toMatchObject(tokenInvalid);
    expect(await memberships()).toBe(2);
  });

  test.each([
    ['a wrong secret', (token: string) => `${token.slice(0, -3)}AAA`],
    ['a longer token', (token: string) => `${token}A`],
    ['another invitation', () => newInvitationToken({ teamId: testTeamId, id: newId('invite') })],
    ['nonsense', () => 'nonsense'],
  ])('refuses %s', async (_, change) => {
    const { accept, bob, token, memberships } = await setup();
    expect(await accept(bob, change(token))).toMatchObject(tokenInvalid);
    expect(await memberships()).toBe(1);
  });

  test('is for the invited e-mail only', async () => {
    const { accept, signUp, memberships } = await setup();
    expect(await accept(await signUp('Eve'))).toMatchObject({
      status: 403,
      body: { code: 'invitation.email_mismatch' },
    });
    expect(await memberships()).toBe(1);
    expect(await accept()).toMatchObject({ status: 200 });
  });

  test('ends after seven days, whether the row is deleted by then or not', async () => {
    const { accept, clock, memberships } = await setup();
    clock.now = addSeconds(noon, 7 * 24 * 3600);
    expect(await accept()).toMatchObject({ status: 422, body: { code: 'invitation.expired' } });
    expect(await memberships()).toBe(1);
  });

  test('refuses who is a member already, and keeps the invitation', async () => {
    const { accept, invitation, owner, tools } = await setup();
    await accept();
    const again = invitedBy(owner);
    await tools.invitations.insert(again.invitation, ['owner']);
    expect(again.invitation.id).not.toBe(invitation.id);
    expect(await accept(undefined, again.token)).toMatchObject({
      status: 409,
      body: { code: 'member.already_exists' },
    });
    expect(await tools.invitations.find(testTeamId, again.invitation.id)).toBeDefined();
  });

  test('lets nobody into a team that was deleted, or by an invitation that was revoked', async () => {
    const one = await setup();
    await one.tools.teams.markDeleted({ teamId: testTeamId, name: 'Ours', userId: one.owner.userId, at: noon });
    expect(await one.accept()).toMatchObject(tokenInvalid);
    const other = await setup();
    await other.tools.invitations.delete(testTeamId, other.invitation.id);
    expect(await other.accept()).toMatchObject(tokenInvalid);
  });

  test('refuses the token of a user who is not there', async () => {
    const { accept } = await setup();
    expect(await accept(newId('user'))).toMatchObject({ status: 401, body: { code: 'auth.token_invalid' } });
  });
});

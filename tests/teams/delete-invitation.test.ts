import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { deleteInvitation } from '../../functions/teams/delete-invitation.ts';
import { otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshTeam, invitedBy, type Person } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const { invitation } = invitedBy(all.owner);
  await all.tools.invitations.insert(invitation, ['owner']);
  const handler = endpoint(teamsContract.deleteInvitation, deleteInvitation, () => all.tools);
  const revoke = (caller: Person) => send(handler, { path: { invitationId: invitation.id }, caller });
  const find = () => all.tools.invitations.find(testTeamId, invitation.id);
  return { ...all, revoke, find };
}

const notFound = { status: 404, body: { code: 'invitation.not_found' } };

describe('DELETE /invitations/{invitationId}', () => {
  test('revokes the invitation, once', async () => {
    const { revoke, find, join } = await setup();
    const admin = await join('admin');
    expect(await revoke(admin)).toMatchObject({ status: 204 });
    expect(await find()).toBeUndefined();
    expect(await revoke(admin)).toMatchObject(notFound);
  });

  test('does not find one of another team', async () => {
    const { revoke, find, owner } = await setup();
    expect(await revoke({ ...owner, teamId: otherTeamId })).toMatchObject(notFound);
    expect(await find()).toBeDefined();
  });

  test('is for admins', async () => {
    const { revoke, join } = await setup();
    expect(await revoke(await join('editor'))).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });
});

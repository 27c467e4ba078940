import { type UserTable, userTable } from '../identity/public.ts';
import { type Now, now, unixSeconds } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { teamFaults, teamsContract } from './contract.ts';
import { isDigestOf } from './digest.ts';
import { type InvitationTable, invitationTable } from './invitation-table.ts';
import { invitationOf } from './invitation-token.ts';

type Tools = {
  invitations: Pick<InvitationTable, 'find' | 'accept'>;
  users: Pick<UserTable, 'find'>;
  now: Now;
};

export async function acceptInvitation({ body, caller }: Call<typeof teamsContract.acceptInvitation>, tools: Tools) {
  const { invitations, users } = tools;
  const named = invitationOf(body.token);
  const [invitation, user] = await Promise.all([
    named && invitations.find(named.teamId, named.id),
    users.find(caller.userId),
  ]);
  if (!user) throw new Fault(commonFaults['auth.token_invalid']);
  if (!invitation || !isDigestOf(invitation.tokenDigest, body.token))
    throw new Fault(teamFaults['invitation.token_invalid']);
  const at = tools.now();
  if (invitation.expiresAt <= unixSeconds(at)) throw new Fault(teamFaults['invitation.expired']);
  if (invitation.email !== user.email.toLowerCase()) throw new Fault(teamFaults['invitation.email_mismatch']);
  await invitations.accept(invitation, user.id, at);
  const { id, teamId, role } = invitation;
  return { id, teamId, role };
}

export const handler = endpoint(teamsContract.acceptInvitation, acceptInvitation, () => ({
  invitations: invitationTable(),
  users: userTable(),
  now,
}));

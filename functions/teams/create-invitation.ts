import { addSeconds, type Now, now, unixSeconds } from '../runtime/clock.ts';
import { type Call, roles } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { newId } from '../runtime/ids.ts';
import { teamsContract } from './contract.ts';
import { digestOf } from './digest.ts';
import { type InvitationTable, invitationOfRow, invitationTable } from './invitation-table.ts';
import { newInvitationToken } from './invitation-token.ts';
import { checkMayGrant, isAtLeast } from './member.ts';

const validSeconds = 7 * 24 * 3600;

type Tools = { invitations: Pick<InvitationTable, 'insert'>; now: Now; newId: () => string };

export async function createInvitation(
  { body, caller }: Call<typeof teamsContract.createInvitation>,
  { invitations, now, newId }: Tools,
) {
  checkMayGrant(caller, body.role);
  const at = now();
  const [{ teamId, userId: invitedBy }, id] = [caller, newId()];
  const token = newInvitationToken({ teamId, id });
  const expiresAt = unixSeconds(addSeconds(at, validSeconds));
  const invitation = { ...body, id, teamId, invitedBy, createdAt: at.toISOString(), expiresAt };
  const inviters = roles.filter((role) => isAtLeast(role, 'admin') && isAtLeast(role, body.role));
  await invitations.insert({ ...invitation, tokenDigest: digestOf(token) }, inviters);
  return { ...invitationOfRow(invitation), token };
}

export const handler = endpoint(teamsContract.createInvitation, createInvitation, () => ({
  invitations: invitationTable(),
  now,
  newId: () => newId('invite'),
}));

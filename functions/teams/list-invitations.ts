import { type Now, now, unixSeconds } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { teamsContract } from './contract.ts';
import { type InvitationTable, invitationOfRow, invitationTable } from './invitation-table.ts';

type Tools = { invitations: Pick<InvitationTable, 'list'>; cursors: Cursors; now: Now };

/** What has expired waits for its deletion and is left out: a page may have fewer items than it could. */
export async function listInvitations({ query, caller }: Call<typeof teamsContract.listInvitations>, tools: Tools) {
  const { limit, cursor } = query;
  const scope = `${caller.teamId} listInvitations`;
  const after = cursor === undefined ? undefined : tools.cursors.read(scope, cursor);
  const { invitations, next } = await tools.invitations.list(caller.teamId, { limit, after });
  const at = unixSeconds(tools.now());
  const items = invitations.filter(({ expiresAt }) => expiresAt > at).map(invitationOfRow);
  return { items, next: next === undefined ? null : tools.cursors.write(scope, next) };
}

export const handler = endpoint(teamsContract.listInvitations, listInvitations, () => ({
  invitations: invitationTable(),
  cursors: cursors(),
  now,
}));

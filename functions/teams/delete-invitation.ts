import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { teamsContract } from './contract.ts';
import { type InvitationTable, invitationTable } from './invitation-table.ts';

type Tools = { invitations: Pick<InvitationTable, 'delete'> };

export const deleteInvitation = (
  { path, caller }: Call<typeof teamsContract.deleteInvitation>,
  { invitations }: Tools,
) => invitations.delete(caller.teamId, path.invitationId);

export const handler = endpoint(teamsContract.deleteInvitation, deleteInvitation, () => ({
  invitations: invitationTable(),
}));

import * as z from 'zod';
import { type Role, roles } from '../runtime/contract.ts';
import { eventWrite } from '../runtime/events.ts';
import { Fault } from '../runtime/fault.ts';
import { dynamoTable, type Table } from '../runtime/table.ts';
import { type Invitation, teamFaults, teamsEvents } from './contract.ts';
import { guarded, transactGuarded } from './guarded-writes.ts';
import { memberWrites } from './member-table.ts';
import { countWrite, standing } from './team-guards.ts';
import { invitationKey, type Page } from './team-rows.ts';

export const StoredInvitation = z.object({
  id: z.string(),
  teamId: z.string(),
  email: z.string(),
  role: z.enum(roles),
  invitedBy: z.string(),
  tokenDigest: z.string(),
  createdAt: z.string(),
  /** Unix seconds; the row goes some time after. */
  expiresAt: z.number(),
});
export type StoredInvitation = z.infer<typeof StoredInvitation>;

export const invitationOfRow = ({ expiresAt, ...stored }: Omit<StoredInvitation, 'tokenDigest'>): Invitation => ({
  ...stored,
  expiresAt: new Date(expiresAt * 1000).toISOString(),
});

export function invitationTable(table: Table = dynamoTable()) {
  return {
    async find(teamId: string, id: string): Promise<StoredInvitation | undefined> {
      return StoredInvitation.optional().parse(await table.get(invitationKey(teamId, id)));
    },

    /** Newest first. `next` is the id that the page ended with, undefined on the last. */
    async list(teamId: string, { limit, after }: Page) {
      const { pk } = invitationKey(teamId, '');
      const from = after === undefined ? undefined : invitationKey(teamId, after);
      const { rows, isLast } = await table.page({ pk, begins: 'INVITE#', reverse: true, limit, after: from });
      const invitations = rows.map((row) => StoredInvitation.parse(row));
      return { invitations, next: isLast ? undefined : invitations.at(-1)?.id };
    },

    /** `inviters` may invite; whoever invites must still be one of them. */
    insert: (invitation: StoredInvitation, inviters: readonly Role[]): Promise<void> => {
      const { teamId, id, invitedBy, createdAt } = invitation;
      const data = invitationOfRow(invitation);
      return transactGuarded(table, [
        { write: { insert: { ...invitationKey(teamId, id), entity: 'invitation', v: 1, ...invitation } } },
        standing(teamId, invitedBy, inviters),
        { write: eventWrite(teamsEvents['invitation.created'], { teamId, at: new Date(createdAt), data }) },
      ]);
    },

    /** Makes the user a member, once: the invitation goes in the same transaction. */
    accept: ({ teamId, id, role, tokenDigest }: StoredInvitation, userId: string, at: Date): Promise<void> => {
      const [member, membership] = memberWrites({ teamId, userId, role, createdAt: at.toISOString(), revision: 1 });
      const spent = () => new Fault(teamFaults['invitation.token_invalid']);
      return transactGuarded(table, [
        { write: { delete: invitationKey(teamId, id), if: { tokenDigest } }, refusal: spent },
        { write: member, refusal: () => new Fault(teamFaults['member.already_exists']) },
        { write: membership },
        { ...countWrite(teamId, { owners: Number(role === 'owner') }), refusal: spent },
      ]);
    },

    async delete(teamId: string, id: string): Promise<void> {
      const deleting = table.delete(invitationKey(teamId, id), { pk: 'present' });
      await guarded(deleting, () => new Fault(teamFaults['invitation.not_found']));
    },

    /** Removes invitations of a team that is deleted; at most 100. */
    clear: (invitations: readonly StoredInvitation[]): Promise<void> =>
      table.transact(invitations.map(({ teamId, id }) => ({ delete: invitationKey(teamId, id) }))),
  };
}
export type InvitationTable = ReturnType<typeof invitationTable>;

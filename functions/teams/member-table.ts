import * as z from 'zod';
import { type Role, roles } from '../runtime/contract.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { dynamoTable, type Row, type Table, type Write } from '../runtime/table.ts';
import { teamFaults } from './contract.ts';
import { type GuardedWrite, transactGuarded } from './guarded-writes.ts';
import { countWrite, standing } from './team-guards.ts';
import { apiKeyKey, memberKey, membershipKey, type Page } from './team-rows.ts';

/** `revision` also moves with every API key that the member makes: none may slip past the end of its maker's role. */
export const StoredMember = z.object({
  teamId: z.string(),
  userId: z.string(),
  role: z.enum(roles),
  createdAt: z.string(),
  revision: z.number(),
});
export type StoredMember = z.infer<typeof StoredMember>;

/** A membership as the user's side has it. */
export const Membership = StoredMember.omit({ revision: true });
export type Membership = z.infer<typeof Membership>;

/** Who makes a change, and the API keys that end with it. */
type Change = { by: string; endedKeys: readonly string[] };

/** More teams than anyone is in; one batch read takes as many. */
export const maxTeams = 100;

/** The rows that make a member: the team's side first, then the user's. */
export function memberWrites(member: StoredMember): [Write, Write] {
  const { revision: _, ...membership } = member;
  return [
    { insert: { ...memberKey(member.teamId, member.userId), entity: 'member', v: 1, ...member } },
    { insert: { ...membershipKey(member.teamId, member.userId), entity: 'membership', v: 1, ...membership } },
  ];
}

export function memberTable(table: Table = dynamoTable()) {
  return {
    async find(teamId: string, userId: string): Promise<StoredMember | undefined> {
      return StoredMember.optional().parse(await table.get(memberKey(teamId, userId)));
    },

    /** In the order of their user ids. `next` is the one that the page ended with, undefined on the last. */
    async list(teamId: string, { limit, after }: Page) {
      const { pk } = memberKey(teamId, '');
      const from = after === undefined ? undefined : memberKey(teamId, after);
      const { rows, isLast } = await table.page({ pk, begins: 'MEMBER#', limit, after: from });
      const members = rows.map((row) => StoredMember.parse(row));
      return { members, next: isLast ? undefined : members.at(-1)?.userId };
    },

    /** The teams of a user, by their ids downwards; `next` is the team that the page ended with. */
    async listOf(userId: string, { limit, after }: Page) {
      const { pk } = membershipKey('', userId);
      const from = after === undefined ? undefined : membershipKey(after, userId);
      const { rows, isLast } = await table.page({ pk, begins: 'TEAM#', reverse: true, limit, after: from });
      const memberships = rows.map((row) => Membership.parse(row));
      return { memberships, next: isLast ? undefined : memberships.at(-1)?.teamId };
    },

    async changeRole(member: StoredMember, role: Role, change: Change): Promise<StoredMember> {
      const { teamId, userId } = member;
      const changed = { ...member, role, revision: member.revision + 1 };
      const set = { set: { role } };
      await transactGuarded(table, [
        ...standingOf(change.by, member, role),
        {
          write: {
            update: memberKey(teamId, userId),
            change: { ...set, add: { revision: 1 } },
            if: unchanged(member),
          },
          refusal: notChanged,
        },
        { write: { update: membershipKey(teamId, userId), change: set } },
        ...consequences(member, { ...change, owners: Number(role === 'owner') - Number(member.role === 'owner') }),
      ]);
      return changed;
    },

    remove: (member: StoredMember, change: Change): Promise<void> =>
      transactGuarded(table, [
        ...standingOf(change.by, member),
        {
          write: { delete: memberKey(member.teamId, member.userId), if: unchanged(member) },
          refusal: notChanged,
        },
        { write: { delete: membershipKey(member.teamId, member.userId) } },
        ...consequences(member, { ...change, owners: -Number(member.role === 'owner') }),
      ]),

    /** Ends memberships of a team that is deleted: nothing is counted any more. At most 50. */
    clear: (members: readonly StoredMember[]): Promise<void> =>
      table.transact(
        members.flatMap(({ teamId, userId }): Write[] => [
          { delete: memberKey(teamId, userId) },
          { delete: membershipKey(teamId, userId) },
        ]),
      ),
  };
}
export type MemberTable = ReturnType<typeof memberTable>;

/** Whoever left and came back begins anew at the first revision: the rest tells them from who they were. */
const unchanged = ({ revision, role, createdAt }: StoredMember) => ({ revision, role, createdAt });
const notChanged = (stored: Row | undefined) =>
  new Fault(stored ? commonFaults['version.changed'] : teamFaults['member.not_found']);

function consequences({ teamId }: StoredMember, { owners, endedKeys }: Change & { owners: number }): GuardedWrite[] {
  if (owners === 0 && endedKeys.length === 0) return [];
  return [
    countWrite(teamId, { owners, apiKeys: -endedKeys.length }),
    ...endedKeys.map((id) => ({
      write: { delete: apiKeyKey(teamId, id), if: { pk: 'present' } } as const,
      refusal: () => new Fault(commonFaults['version.changed']),
    })),
  ];
}

/** Of those who change themselves, the change itself says that they are as they were read. */
function standingOf(by: string, { teamId, userId, role }: StoredMember, newRole?: Role): GuardedWrite[] {
  if (by === userId) return [];
  const isAboutOwners = role === 'owner' || newRole === 'owner';
  return [standing(teamId, by, isAboutOwners ? ['owner'] : ['admin', 'owner'])];
}

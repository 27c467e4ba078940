import * as z from 'zod';
import { roles } from '../runtime/contract.ts';
import { dynamoTable, type Table, type Write } from '../runtime/table.ts';

export const Team = z.object({ id: z.string(), name: z.string(), createdAt: z.string() });
export type Team = z.infer<typeof Team>;

export const Member = z.object({
  teamId: z.string(),
  userId: z.string(),
  role: z.enum(roles),
  createdAt: z.string(),
});
export type Member = z.infer<typeof Member>;

// One team           pk TEAM#<team>  sk TEAM
// One member         pk TEAM#<team>  sk MEMBER#<user>   read by the authorizer on every call of a team
// Teams of a user    pk USER#<user>  sk begins TEAM#    the same membership, from the user's side
const teamKey = (id: string) => ({ pk: `TEAM#${id}`, sk: 'TEAM' });
const memberKey = (teamId: string, userId: string) => ({ pk: `TEAM#${teamId}`, sk: `MEMBER#${userId}` });
const membershipKey = (teamId: string, userId: string) => ({ pk: `USER#${userId}`, sk: `TEAM#${teamId}` });

/** More teams than any user is in; one batch read takes as many. */
const maxTeams = 100;

/** The writes that make a team with its owner; they belong into one transaction. */
export function newTeamWrites(team: Team, ownerId: string): Write[] {
  const owner: Member = { teamId: team.id, userId: ownerId, role: 'owner', createdAt: team.createdAt };
  return [
    { insert: { ...teamKey(team.id), entity: 'team', v: 1, ...team } },
    { insert: { ...memberKey(team.id, ownerId), entity: 'member', v: 1, ...owner } },
    { insert: { ...membershipKey(team.id, ownerId), entity: 'membership', v: 1, ...owner } },
  ];
}

export function teamTable(table: Table = dynamoTable()) {
  return {
    async findMember(teamId: string, userId: string): Promise<Member | undefined> {
      return Member.optional().parse(await table.get(memberKey(teamId, userId)));
    },

    async listMemberships(userId: string): Promise<Member[]> {
      const { pk } = membershipKey('', userId);
      return z.array(Member).parse(await table.query({ pk, begins: 'TEAM#', limit: maxTeams }));
    },

    /** Those that exist, in no order. */
    async findMany(ids: readonly string[]): Promise<Team[]> {
      return z.array(Team).parse(await table.getMany(ids.map(teamKey)));
    },
  };
}
export type TeamTable = ReturnType<typeof teamTable>;

import { type MemberTable, maxTeams, memberTable } from './member-table.ts';
import { type TeamTable, teamTable } from './team-table.ts';
import { teamsOfMemberships } from './teams-of-memberships.ts';

export { looksLikeApiKey } from './api-key-secret.ts';
/** What other domains may use of teams. */
export { type ConnectionPlaces, connectionPlaces, type Place } from './connection-places.ts';
export { type TeamAccess, teamAccess } from './team-access.ts';
export { notDeleted } from './team-rows.ts';
export { newTeamWrites } from './team-table.ts';

type Tools = { teams: Pick<TeamTable, 'findMany'>; members: Pick<MemberTable, 'listOf'> };

export function teamReader({ teams, members }: Tools = { teams: teamTable(), members: memberTable() }) {
  return {
    /** The teams of a user (of the first hundred) with the user's role in each, oldest membership first. */
    async listTeamsOf(userId: string) {
      const { memberships } = await members.listOf(userId, { limit: maxTeams });
      const oldestFirst = memberships.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt));
      return teamsOfMemberships(oldestFirst, teams);
    },
  };
}
export type TeamReader = ReturnType<typeof teamReader>;

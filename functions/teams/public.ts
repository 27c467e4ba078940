import { type TeamTable, teamTable } from './team-table.ts';

/** What other domains may use of teams. */
export { newTeamWrites } from './team-table.ts';

export function teamReader(teams: TeamTable = teamTable()) {
  return {
    findMember: teams.findMember,

    /** The teams of a user with the user's role in each, oldest membership first. */
    async listTeamsOf(userId: string) {
      const memberships = await teams.listMemberships(userId);
      const found = await teams.findMany(memberships.map(({ teamId }) => teamId));
      const names = new Map(found.map(({ id, name }) => [id, name]));
      return memberships
        .toSorted((one, other) => one.createdAt.localeCompare(other.createdAt))
        .flatMap(({ teamId, role }) => {
          const name = names.get(teamId);
          return name === undefined ? [] : [{ id: teamId, name, role }];
        });
    },
  };
}
export type TeamReader = ReturnType<typeof teamReader>;

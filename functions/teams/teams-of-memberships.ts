import type { Team } from './contract.ts';
import type { Membership } from './member-table.ts';
import type { TeamTable } from './team-table.ts';

/** The teams that memberships are of, in their order; a team that was deleted takes its memberships along. */
export async function teamsOfMemberships(
  memberships: readonly Membership[],
  teams: Pick<TeamTable, 'findMany'>,
): Promise<Team[]> {
  const found = await teams.findMany(memberships.map(({ teamId }) => teamId));
  const byId = new Map(found.map((team) => [team.id, team]));
  return memberships.flatMap(({ teamId, role }) => {
    const team = byId.get(teamId);
    return team ? [{ ...team, role }] : [];
  });
}

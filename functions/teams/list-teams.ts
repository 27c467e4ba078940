import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { teamsContract } from './contract.ts';
import { type MemberTable, memberTable } from './member-table.ts';
import { type TeamTable, teamTable } from './team-table.ts';
import { teamsOfMemberships } from './teams-of-memberships.ts';

type Tools = { teams: Pick<TeamTable, 'findMany'>; members: Pick<MemberTable, 'listOf'>; cursors: Cursors };

export async function listTeams({ query, caller }: Call<typeof teamsContract.listTeams>, tools: Tools) {
  const { limit, cursor } = query;
  const scope = `${caller.userId} listTeams`;
  const after = cursor === undefined ? undefined : tools.cursors.read(scope, cursor);
  const { memberships, next } = await tools.members.listOf(caller.userId, { limit, after });
  const items = await teamsOfMemberships(memberships, tools.teams);
  return { items, next: next === undefined ? null : tools.cursors.write(scope, next) };
}

export const handler = endpoint(teamsContract.listTeams, listTeams, () => ({
  teams: teamTable(),
  members: memberTable(),
  cursors: cursors(),
}));

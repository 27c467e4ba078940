import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { newId } from '../runtime/ids.ts';
import { type Plan, teamFaults, teamsContract } from './contract.ts';
import { type MemberTable, maxTeams, memberTable } from './member-table.ts';
import { planOfNewTeams } from './plans.ts';
import { type TeamTable, teamTable } from './team-table.ts';

type Tools = {
  teams: Pick<TeamTable, 'insert'>;
  members: Pick<MemberTable, 'listOf'>;
  plan: Plan;
  now: Now;
  newId: () => string;
};

/** The bound stops a script that runs wild; two requests at the same instant may pass it by one. */
export async function createTeam({ body, caller }: Call<typeof teamsContract.createTeam>, tools: Tools) {
  const { memberships } = await tools.members.listOf(caller.userId, { limit: maxTeams });
  if (memberships.length >= maxTeams) throw new Fault(teamFaults['team.too_many']);
  const { plan } = tools;
  const team = { id: tools.newId(), name: body.name, plan, createdAt: tools.now().toISOString() };
  await tools.teams.insert(team, caller.userId);
  return { ...team, role: 'owner' } as const;
}

export const handler = endpoint(teamsContract.createTeam, createTeam, () => ({
  teams: teamTable(),
  members: memberTable(),
  plan: planOfNewTeams(),
  now,
  newId: () => newId('team'),
}));

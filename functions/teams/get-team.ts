import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { teamFaults, teamsContract } from './contract.ts';
import { checkIsOwnTeam } from './own-team.ts';
import { type TeamTable, teamTable } from './team-table.ts';

type Tools = { teams: Pick<TeamTable, 'find'> };

export async function getTeam({ path, caller }: Call<typeof teamsContract.getTeam>, { teams }: Tools) {
  checkIsOwnTeam(path, caller);
  const team = await teams.find(caller.teamId);
  if (!team) throw new Fault(teamFaults['team.not_found']);
  return { ...team, role: caller.role };
}

export const handler = endpoint(teamsContract.getTeam, getTeam, () => ({ teams: teamTable() }));

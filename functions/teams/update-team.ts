import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { teamsContract } from './contract.ts';
import { checkIsOwnTeam } from './own-team.ts';
import { type TeamTable, teamTable } from './team-table.ts';

type Tools = { teams: Pick<TeamTable, 'rename'> };

export async function updateTeam(call: Call<typeof teamsContract.updateTeam>, { teams }: Tools) {
  const { path, body, caller, expectedRevision } = call;
  checkIsOwnTeam(path, caller);
  const team = await teams.rename(caller.teamId, body.name, expectedRevision);
  return { ...team, role: caller.role };
}

export const handler = endpoint(teamsContract.updateTeam, updateTeam, () => ({ teams: teamTable() }));

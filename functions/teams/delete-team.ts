import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { log } from '../runtime/log.ts';
import { teamFaults, teamsContract } from './contract.ts';
import { checkIsOwnTeam } from './own-team.ts';
import { type TeamTable, teamTable } from './team-table.ts';

type Tools = { teams: Pick<TeamTable, 'markDeleted'>; now: Now };

/** The mark shuts everybody out at once; `clearDeletedTeam` and other subscribers of the event clear up behind it. */
export async function deleteTeam(
  { path, query, caller }: Call<typeof teamsContract.deleteTeam>,
  { teams, now }: Tools,
) {
  checkIsOwnTeam(path, caller);
  const { teamId, userId } = caller;
  if (query.name === undefined) throw new Fault(teamFaults['team.deletion_unconfirmed']);
  await teams.markDeleted({ teamId, name: query.name, userId, at: now() });
  log.info('team.deleted', { teamId, userId });
}

export const handler = endpoint(teamsContract.deleteTeam, deleteTeam, () => ({ teams: teamTable(), now }));

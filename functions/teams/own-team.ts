import type { TeamCaller } from '../runtime/contract.ts';
import { Fault } from '../runtime/fault.ts';
import { teamFaults } from './contract.ts';

/** The caller's rights are those in the team of `X-Team-Id`: a path that names another one finds nothing. */
export function checkIsOwnTeam({ teamId }: { teamId: string }, caller: TeamCaller): void {
  if (teamId !== caller.teamId) throw new Fault(teamFaults['team.not_found']);
}

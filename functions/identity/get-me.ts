import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { type TeamReader, teamReader } from '../teams/public.ts';
import { identityContract } from './contract.ts';
import { type UserTable, userTable } from './user-table.ts';

type Tools = { users: Pick<UserTable, 'find'>; teams: Pick<TeamReader, 'listTeamsOf'> };

export async function getMe({ caller: { userId } }: Call<typeof identityContract.getMe>, { users, teams }: Tools) {
  const [user, myTeams] = await Promise.all([users.find(userId), teams.listTeamsOf(userId)]);
  // A token outlives the user it was made for; and a user whose rows are missing gets them by signing in again.
  if (!user) throw new Fault(commonFaults['auth.token_invalid']);
  return { ...user, teams: myTeams };
}

export const handler = endpoint(identityContract.getMe, getMe, () => ({ users: userTable(), teams: teamReader() }));

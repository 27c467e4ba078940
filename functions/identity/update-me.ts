import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { type TeamReader, teamReader } from '../teams/public.ts';
import { identityContract } from './contract.ts';
import { type UserTable, userTable } from './user-table.ts';

type Tools = { users: Pick<UserTable, 'update'>; teams: Pick<TeamReader, 'listTeamsOf'> };

export async function updateMe(
  { caller: { userId }, body, expectedRevision }: Call<typeof identityContract.updateMe>,
  { users, teams }: Tools,
) {
  const user = await users.update(userId, body, expectedRevision);
  if (!user) throw new Fault(commonFaults['auth.token_invalid']);
  return { ...user, teams: await teams.listTeamsOf(userId) };
}

export const handler = endpoint(identityContract.updateMe, updateMe, () => ({
  users: userTable(),
  teams: teamReader(),
}));

import { type UserTable, userTable } from '../identity/public.ts';
import type { Call } from '../runtime/contract.ts';
import { type Cursors, cursors } from '../runtime/cursor.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { teamsContract } from './contract.ts';
import { memberOf } from './member.ts';
import { type MemberTable, memberTable } from './member-table.ts';

type Tools = { members: Pick<MemberTable, 'list'>; users: Pick<UserTable, 'findMany'>; cursors: Cursors };

export async function listMembers({ query, caller }: Call<typeof teamsContract.listMembers>, tools: Tools) {
  const { limit, cursor } = query;
  const scope = `${caller.teamId} listMembers`;
  const after = cursor === undefined ? undefined : tools.cursors.read(scope, cursor);
  const { members, next } = await tools.members.list(caller.teamId, { limit, after });
  const users = await tools.users.findMany(members.map(({ userId }) => userId));
  const byId = new Map(users.map((user) => [user.id, user]));
  const items = members.flatMap((member) => {
    const user = byId.get(member.userId);
    return user ? [memberOf(member, user)] : [];
  });
  return { items, next: next === undefined ? null : tools.cursors.write(scope, next) };
}

export const handler = endpoint(teamsContract.listMembers, listMembers, () => ({
  members: memberTable(),
  users: userTable(),
  cursors: cursors(),
}));

import { type UserTable, userTable } from '../identity/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { log } from '../runtime/log.ts';
import { type ApiKeyTable, apiKeyTable } from './api-key-table.ts';
import { teamFaults, teamsContract } from './contract.ts';
import { checkMayGrant, checkRevision, memberOf } from './member.ts';
import { type MemberTable, memberTable } from './member-table.ts';

type Tools = {
  members: Pick<MemberTable, 'find' | 'changeRole'>;
  apiKeys: Pick<ApiKeyTable, 'listEndingWith'>;
  users: Pick<UserTable, 'find'>;
};

export async function updateMember(call: Call<typeof teamsContract.updateMember>, tools: Tools) {
  const { path, body, caller, expectedRevision } = call;
  const { members, apiKeys, users } = tools;
  const [member, user] = await Promise.all([members.find(caller.teamId, path.userId), users.find(path.userId)]);
  if (!member || !user) throw new Fault(teamFaults['member.not_found']);
  checkRevision(member, expectedRevision);
  // What the authorizer said of the caller may be a minute old; where they change themselves, the truth is at hand.
  checkMayGrant(caller.userId === member.userId ? member : caller, member.role, body.role);
  if (member.role === body.role) return { ...memberOf(member, user), revision: member.revision };
  const endedKeys = await apiKeys.listEndingWith(member, body.role);
  const changed = await members.changeRole(member, body.role, { by: caller.userId, endedKeys });
  log.info('member.role_changed', { teamId: caller.teamId, userId: path.userId, role: body.role, endedKeys });
  return { ...memberOf(changed, user), revision: changed.revision };
}

export const handler = endpoint(teamsContract.updateMember, updateMember, () => ({
  members: memberTable(),
  apiKeys: apiKeyTable(),
  users: userTable(),
}));

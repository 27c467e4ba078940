import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { log } from '../runtime/log.ts';
import { type ApiKeyTable, apiKeyTable } from './api-key-table.ts';
import { teamFaults, teamsContract } from './contract.ts';
import { checkMayGrant, checkRevision } from './member.ts';
import { type MemberTable, memberTable } from './member-table.ts';

type Tools = { members: Pick<MemberTable, 'find' | 'remove'>; apiKeys: Pick<ApiKeyTable, 'listEndingWith'> };

export async function deleteMember(call: Call<typeof teamsContract.deleteMember>, { members, apiKeys }: Tools) {
  const { path, caller, expectedRevision } = call;
  const member = await members.find(caller.teamId, path.userId);
  if (!member) throw new Fault(teamFaults['member.not_found']);
  checkRevision(member, expectedRevision);
  if (path.userId !== caller.userId) checkMayGrant(caller, 'admin', member.role);
  const endedKeys = await apiKeys.listEndingWith(member);
  await members.remove(member, { by: caller.userId, endedKeys });
  log.info('member.removed', { teamId: caller.teamId, userId: path.userId, endedKeys });
}

export const handler = endpoint(teamsContract.deleteMember, deleteMember, () => ({
  members: memberTable(),
  apiKeys: apiKeyTable(),
}));

import { type Happened, subscriber } from '../runtime/events.ts';
import { type ApiKeyTable, apiKeyTable } from './api-key-table.ts';
import { teamsSubscribers } from './contract.ts';
import { type InvitationTable, invitationTable } from './invitation-table.ts';
import { type MemberTable, memberTable } from './member-table.ts';

/** Two rows for a member and one for all else: each batch is one transaction, which takes 100. */
const batchSize = 50;

type Tools = {
  members: Pick<MemberTable, 'list' | 'clear'>;
  invitations: Pick<InvitationTable, 'list' | 'clear'>;
  apiKeys: Pick<ApiKeyTable, 'list' | 'clear'>;
};

/**
 * A second run finds what the first one left. Members go first: whoever is none makes no invitations behind our back, and
 * keys and members are taken by no team that is marked deleted.
 */
export async function clearDeletedTeam(
  { teamId }: Happened<typeof teamsSubscribers.clearDeletedTeam>,
  { members, invitations, apiKeys }: Tools,
): Promise<void> {
  const page = { limit: batchSize };
  await clearAll(async () => (await members.list(teamId, page)).members, members.clear);
  await clearAll(async () => (await invitations.list(teamId, page)).invitations, invitations.clear);
  await clearAll(async () => (await apiKeys.list(teamId, page)).apiKeys, apiKeys.clear);
}

async function clearAll<Row>(first: () => Promise<Row[]>, clear: (rows: Row[]) => Promise<void>): Promise<void> {
  for (let rows = await first(); rows.length > 0; rows = await first()) await clear(rows);
}

export const handler = subscriber(teamsSubscribers.clearDeletedTeam, clearDeletedTeam, () => ({
  members: memberTable(),
  invitations: invitationTable(),
  apiKeys: apiKeyTable(),
}));

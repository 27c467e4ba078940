import { userTable } from '../../functions/identity/user-table.ts';
import { unixSeconds } from '../../functions/runtime/clock.ts';
import type { Role } from '../../functions/runtime/contract.ts';
import { cursors } from '../../functions/runtime/cursor.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { apiKeyTable, type StoredApiKey } from '../../functions/teams/api-key-table.ts';
import { digestOf } from '../../functions/teams/digest.ts';
import { invitationTable, type StoredInvitation } from '../../functions/teams/invitation-table.ts';
import { newInvitationToken } from '../../functions/teams/invitation-token.ts';
import { memberTable, memberWrites } from '../../functions/teams/member-table.ts';
import { teamAccess } from '../../functions/teams/team-access.ts';
import { countWrite } from '../../functions/teams/team-guards.ts';
import { newTeamWrites, teamTable } from '../../functions/teams/team-table.ts';
import { noon } from './accounts.ts';
import { testTeamId } from './request.ts';
import { freshTable } from './table.ts';

export type Person = { userId: string; teamId: string; role: Role };

/** A team with its owner Ada, and all that handlers of teams need, over one fresh table. The clock may be moved. */
export async function freshTeam() {
  const table = await freshTable();
  const users = userTable(table);
  const clock = { now: noon };
  const tools = {
    users,
    teams: teamTable(table),
    members: memberTable(table),
    invitations: invitationTable(table),
    apiKeys: apiKeyTable(table),
    access: teamAccess(table),
    cursors: cursors('k'.repeat(32)),
    plan: 'free' as const,
    now: () => clock.now,
  };
  const createdAt = noon.toISOString();

  /** Somebody with an account; the callers that tests send are made from it. */
  async function signUp(name: string, email = `${name.toLowerCase()}@example.com`): Promise<string> {
    const id = newId('user');
    await users.create({ id, email, name, timeZone: 'UTC', createdAt }, []);
    return id;
  }

  /** Somebody with an account who is a member already. */
  async function join(role: Role, name: string = role): Promise<Person> {
    const userId = await signUp(name);
    const rows = memberWrites({ teamId: testTeamId, userId, role, createdAt, revision: 1 });
    await table.transact([...rows, countWrite(testTeamId, { owners: Number(role === 'owner') }).write]);
    return { userId, teamId: testTeamId, role };
  }

  const ownerId = await signUp('Ada');
  await table.transact(newTeamWrites({ id: testTeamId, name: 'Ours', createdAt }, ownerId));
  const owner: Person = { userId: ownerId, teamId: testTeamId, role: 'owner' };
  return { table, tools, clock, signUp, join, owner };
}

export const storedApiKey = (createdBy: string, overrides: Partial<StoredApiKey> = {}): StoredApiKey => ({
  id: newId('key'),
  teamId: testTeamId,
  name: 'Website',
  scopes: ['posts:read'],
  requestsPerHour: null,
  validUntil: null,
  secretDigest: 'none',
  createdBy,
  createdAt: noon.toISOString(),
  lastUsedAt: null,
  ...overrides,
});

/** An invitation as it is stored, with its token. */
export function invitedBy({ userId, teamId }: Person, overrides: Partial<StoredInvitation> = {}) {
  const id = newId('invite');
  const token = newInvitationToken({ teamId, id });
  const invitation: StoredInvitation = {
    id,
    teamId,
    email: 'bob@example.com',
    role: 'editor',
    invitedBy: userId,
    tokenDigest: digestOf(token),
    createdAt: noon.toISOString(),
    expiresAt: unixSeconds(noon) + 7 * 24 * 3600,
    ...overrides,
  };
  return { invitation, token };
}

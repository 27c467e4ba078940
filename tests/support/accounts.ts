import { randomUUID } from 'node:crypto';
import { userTable } from '../../functions/identity/user-table.ts';
import { memberTable } from '../../functions/teams/member-table.ts';
import { teamReader } from '../../functions/teams/public.ts';
import { teamTable } from '../../functions/teams/team-table.ts';
import { freshTable } from './table.ts';

/** Tables of users and teams over one fresh table. */
export async function freshAccounts() {
  const table = await freshTable();
  const members = memberTable(table);
  return { table, users: userTable(table), members, teams: teamReader({ teams: teamTable(table), members }) };
}

export const newRegistration = (overrides: Partial<{ email: string; password: string; name: string }> = {}) => ({
  email: `ada-${randomUUID()}@example.com`,
  password: 'correct horse battery staple',
  name: 'Ada Lovelace',
  timeZone: 'Europe/London',
  ...overrides,
});

export const noon = new Date('2030-01-01T12:00:00.000Z');

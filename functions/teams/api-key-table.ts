import * as z from 'zod';
import { type Role, scopes } from '../runtime/contract.ts';
import { Fault } from '../runtime/fault.ts';
import { dynamoTable, type Table } from '../runtime/table.ts';
import { apiKeyPrefix } from './api-key-secret.ts';
import { type ApiKey, teamFaults } from './contract.ts';
import { transactGuarded } from './guarded-writes.ts';
import { isAtLeast } from './member.ts';
import type { StoredMember } from './member-table.ts';
import { countWrite, maxApiKeys, notStanding } from './team-guards.ts';
import { apiKeyKey, memberKey, type Page } from './team-rows.ts';

export const StoredApiKey = z.object({
  id: z.string(),
  teamId: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  requestsPerHour: z.number().nullable(),
  /** Not called `expiresAt`: the row must not go by itself, since the team counts its keys. */
  validUntil: z.string().nullable(),
  secretDigest: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type StoredApiKey = z.infer<typeof StoredApiKey>;

export const apiKeyOf = ({ validUntil, ...stored }: StoredApiKey): ApiKey => ({
  ...stored,
  prefix: apiKeyPrefix(stored.id),
  expiresAt: validUntil,
});

export function apiKeyTable(table: Table = dynamoTable()) {
  /** Newest first. `next` is the id that the page ended with, undefined on the last. */
  async function list(teamId: string, { limit, after }: Page) {
    const { pk } = apiKeyKey(teamId, '');
    const from = after === undefined ? undefined : apiKeyKey(teamId, after);
    const { rows, isLast } = await table.page({ pk, begins: 'KEY#', reverse: true, limit, after: from });
    const apiKeys = rows.map((row) => StoredApiKey.parse(row));
    return { apiKeys, next: isLast ? undefined : apiKeys.at(-1)?.id };
  }

  return {
    list,

    /** Ids of the keys that end when a member leaves, or gets a role that may make none. */
    async listEndingWith({ teamId, userId, role }: StoredMember, newRole: Role = 'viewer'): Promise<string[]> {
      if (!isAtLeast(role, 'admin') || isAtLeast(newRole, 'admin')) return [];
      const { apiKeys } = await list(teamId, { limit: maxApiKeys });
      return apiKeys.filter(({ createdBy }) => createdBy === userId).map(({ id }) => id);
    },

    insert: (apiKey: StoredApiKey): Promise<void> => {
      const { teamId, id, createdBy } = apiKey;
      const mayMakeKeys = { role: { in: ['admin', 'owner'] } } as const;
      return transactGuarded(table, [
        {
          write: { update: memberKey(teamId, createdBy), change: { add: { revision: 1 } }, if: mayMakeKeys },
          refusal: notStanding,
        },
        countWrite(teamId, { apiKeys: 1 }),
        { write: { insert: { ...apiKeyKey(teamId, id), entity: 'apiKey', v: 1, ...apiKey } } },
      ]);
    },

    delete: (teamId: string, id: string): Promise<void> => {
      const refusal = () => new Fault(teamFaults['api_key.not_found']);
      return transactGuarded(table, [
        { write: { delete: apiKeyKey(teamId, id), if: { pk: 'present' } }, refusal },
        { ...countWrite(teamId, { apiKeys: -1 }), refusal },
      ]);
    },

    /** Removes keys of a team that is deleted: nothing is counted any more. At most 100. */
    clear: (apiKeys: readonly StoredApiKey[]): Promise<void> =>
      table.transact(apiKeys.map(({ teamId, id }) => ({ delete: apiKeyKey(teamId, id) }))),
  };
}
export type ApiKeyTable = ReturnType<typeof apiKeyTable>;

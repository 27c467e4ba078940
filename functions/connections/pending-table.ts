import * as z from 'zod';
import { InstagramLogin, PlatformId } from '../platforms/contract.ts';
import { addSeconds, unixSeconds } from '../runtime/clock.ts';
import { dynamoTable, type Table } from '../runtime/table.ts';
import { StoredApp } from './app-table.ts';
import { OfferedAccount, PendingConnection } from './consent-schemas.ts';

/** A choice between the accounts of one consent. What opens them is sealed; they are listed again when chosen. */
export const StoredPending = StoredApp.omit({ reservedUntil: true })
  .partial({ sealedClientSecret: true })
  .extend({
    pendingId: PendingConnection.shape.pendingId,
    teamId: z.string(),
    userId: z.string(),
    platform: PlatformId,
    login: InstagramLogin.optional(),
    sealedGrant: z.string(),
    scopes: z.array(z.string()),
    accounts: z.array(OfferedAccount),
    endsAt: z.iso.datetime(),
  });
export type StoredPending = z.infer<typeof StoredPending>;
type Owner = Pick<StoredPending, 'teamId' | 'userId' | 'pendingId'>;

/** Long enough to look at a list of pages, short enough for tokens that nobody uses yet. */
const validSeconds = 900;

// One choice    pk TEAM#<team>  sk PENDING#<id>
const rowKey = ({ teamId, pendingId }: Pick<StoredPending, 'teamId' | 'pendingId'>) => ({
  pk: `TEAM#${teamId}`,
  sk: `PENDING#${pendingId}`,
});

export function pendingTable(table: Table = dynamoTable()) {
  return {
    async insert(pending: Omit<StoredPending, 'endsAt'>, now: Date): Promise<StoredPending> {
      const endsAt = addSeconds(now, validSeconds);
      const stored = { ...pending, endsAt: endsAt.toISOString() };
      await table.insert({ ...rowKey(pending), entity: 'pending', v: 1, expiresAt: unixSeconds(endsAt), ...stored });
      return stored;
    },

    /** For the user who consented, while it is good. */
    async find({ userId, ...id }: Owner, now: Date): Promise<StoredPending | undefined> {
      const stored = StoredPending.optional().parse(await table.get(rowKey(id)));
      return stored && stored.userId === userId && stored.endsAt > now.toISOString() ? stored : undefined;
    },

    async delete(pending: StoredPending): Promise<void> {
      await table.delete(rowKey(pending));
    },
  };
}
export type PendingTable = ReturnType<typeof pendingTable>;

/** As it is answered. */
export const shownPending = ({ pendingId, platform, accounts, endsAt }: StoredPending): PendingConnection => ({
  pendingId,
  platform,
  accounts,
  expiresAt: endsAt,
});

/** What the grant is sealed for. */
export const grantContext = ({ teamId, pendingId }: Pick<StoredPending, 'teamId' | 'pendingId'>) => ({
  teamId,
  pendingId,
});

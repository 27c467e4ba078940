import * as z from 'zod';
import { addSeconds, unixSeconds } from '../runtime/clock.ts';
import { ConditionFailed, dynamoTable, type Table } from '../runtime/table.ts';
import { held } from './held.ts';

/** Where an app is registered: consent at one server comes back to one address. */
export type AppPlace = { server: string; redirectUri: string };

/** An app as it is stored; what is only reserved has no client yet. */
const AppRow = z.object({
  server: z.string(),
  redirectUri: z.string(),
  clientId: z.string().optional(),
  sealedClientSecret: z.string().optional(),
  reservedUntil: z.string().optional(),
});
export const StoredApp = AppRow.required({ clientId: true, sealedClientSecret: true });
export type StoredApp = z.infer<typeof StoredApp>;

/** Longer than registering may take; a reservation whose maker died is free after it. */
const reservedSeconds = 30;

// One app    pk APP#mastodon#<server>#<redirect address>  sk APP   shared by all teams
const rowKey = ({ server, redirectUri }: AppPlace) => ({ pk: `APP#mastodon#${server}#${redirectUri}`, sk: 'APP' });

export function appTable(table: Table = dynamoTable()) {
  return {
    async find(place: AppPlace): Promise<StoredApp | undefined> {
      const row = StoredApp.safeParse(await table.get(rowKey(place)));
      return row.success ? row.data : undefined;
    },

    /** Gives the right to register the app to one caller at a time. */
    async reserve(place: AppPlace, now: Date): Promise<boolean> {
      const reservedUntil = addSeconds(now, reservedSeconds).toISOString();
      const expiresAt = unixSeconds(now) + 24 * 3600;
      const row = { ...rowKey(place), entity: 'app', v: 1, ...place, reservedUntil, expiresAt };
      try {
        await table.insert(row);
        return true;
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const { reservedUntil: taken } = AppRow.parse(error.rows.get(0));
        if (taken === undefined || taken > now.toISOString()) return false;
        return held(table.put(row, { reservedUntil: taken }));
      }
    },

    async keep(app: StoredApp): Promise<void> {
      await table.put({ ...rowKey(app), entity: 'app', v: 1, ...StoredApp.omit({ reservedUntil: true }).parse(app) });
    },

    /** Lets others try at once where registering failed. */
    async release(place: AppPlace): Promise<void> {
      await held(table.delete(rowKey(place), { reservedUntil: 'present' }));
    },

    /** Forgets an app that its server does not know any more; the next authorization registers another. */
    async forget(place: AppPlace, clientId: string): Promise<void> {
      await held(table.delete(rowKey(place), { clientId }));
    },
  };
}
export type AppTable = ReturnType<typeof appTable>;

import * as z from 'zod';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';
import { type MePatch, Preferences } from './contract.ts';

export const StoredUser = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  timeZone: z.string(),
  preferences: Preferences,
  createdAt: z.string(),
  revision: z.number(),
});
export type StoredUser = z.infer<typeof StoredUser>;
type NewUser = Omit<StoredUser, 'preferences' | 'revision'>;

const usualPreferences: Preferences = { locale: 'en', weekStartsOn: 'monday' };

// One user    pk USER#<id>  sk PROFILE
const rowKey = (id: string) => ({ pk: `USER#${id}`, sk: 'PROFILE' });

export function userTable(table: Table = dynamoTable()) {
  return {
    async find(id: string): Promise<StoredUser | undefined> {
      return StoredUser.optional().parse(await table.get(rowKey(id)));
    },

    /** Those that exist among at most 100 ids, in no order. */
    async findMany(ids: readonly string[]): Promise<StoredUser[]> {
      return z.array(StoredUser).parse(await table.getMany(ids.map(rowKey)));
    },

    /** Stores the user together with `others`, or nothing. False when the user is there already. */
    async create(user: NewUser, others: readonly Write[]): Promise<boolean> {
      const stored: StoredUser = { ...user, preferences: usualPreferences, revision: 1 };
      const row = { ...rowKey(user.id), entity: 'user', v: 1, ...stored };
      try {
        await table.transact([{ insert: row }, ...others]);
        return true;
      } catch (error) {
        if (error instanceof ConditionFailed && error.rows.has(0)) return false;
        throw error;
      }
    },

    /** Undefined when there is no such user. */
    async update(id: string, patch: MePatch, expectedRevision?: number): Promise<StoredUser | undefined> {
      const { preferences = {}, ...fields } = patch;
      const wanted = Object.entries(preferences).map(([name, value]) => [`preferences.${name}`, value]);
      const given = [...Object.entries(fields), ...wanted].filter(([, value]) => value !== undefined);
      const change = { set: Object.fromEntries(given), add: { revision: 1 } };
      const unchanged = expectedRevision === undefined ? undefined : { revision: expectedRevision };
      try {
        return StoredUser.parse(await table.update(rowKey(id), change, unchanged));
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        if (error.rows.get(0) === undefined) return undefined;
        throw new Fault(commonFaults['version.changed']);
      }
    },
  };
}
export type UserTable = ReturnType<typeof userTable>;

import * as z from 'zod';
import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';

export const StoredUser = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  timeZone: z.string(),
  createdAt: z.string(),
});
export type StoredUser = z.infer<typeof StoredUser>;

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
    async create(user: StoredUser, others: readonly Write[]): Promise<boolean> {
      const row = { ...rowKey(user.id), entity: 'user', v: 1, ...user };
      try {
        await table.transact([{ insert: row }, ...others]);
        return true;
      } catch (error) {
        if (error instanceof ConditionFailed && error.rows.has(0)) return false;
        throw error;
      }
    },
  };
}
export type UserTable = ReturnType<typeof userTable>;

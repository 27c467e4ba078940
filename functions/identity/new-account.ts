import type { Now } from '../runtime/clock.ts';
import { idFromUuid } from '../runtime/ids.ts';
import { newTeamWrites } from '../teams/public.ts';
import type { PoolUser } from './user-pool.ts';
import type { UserTable } from './user-table.ts';

type Tools = { users: Pick<UserTable, 'create'>; now: Now };

/**
 * Gives a confirmed user of the pool its rows: profile, personal team and the membership in it. All ids come from the
 * pool's, so it may run twice or late, and repairs what a run that died left undone. False when there was nothing to do.
 */
export function createAccount({ sub, email, name, timeZone }: PoolUser, { users, now }: Tools): Promise<boolean> {
  const id = idFromUuid('user', sub);
  const createdAt = now().toISOString();
  const team = { id: idFromUuid('team', sub), name: `${name}'s team`, createdAt };
  return users.create({ id, email, name, timeZone, createdAt }, newTeamWrites(team, id));
}

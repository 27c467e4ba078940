import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { idFromUuid } from '../runtime/ids.ts';
import { readOwnToken } from './access-token.ts';
import { identityContract } from './contract.ts';
import { createAccount } from './new-account.ts';
import { type UserPool, userPool } from './user-pool.ts';
import { type UserTable, userTable } from './user-table.ts';

type Tools = { pool: Pick<UserPool, 'signIn' | 'findUser'>; users: Pick<UserTable, 'find' | 'create'>; now: Now };

/** Makes the user's rows if a confirmation died before it could, so that nobody is signed in without an account. */
export async function login({ body: { email, password } }: Call<typeof identityContract.login>, tools: Tools) {
  const session = await tools.pool.signIn(email, password);
  if ('challenge' in session) return session;
  const { sub } = readOwnToken(session.accessToken);
  if (!(await tools.users.find(idFromUuid('user', sub)))) {
    const user = await tools.pool.findUser(email);
    if (user) await createAccount(user, tools);
  }
  return session;
}

export const handler = endpoint(identityContract.login, login, () => ({ pool: userPool(), users: userTable(), now }));

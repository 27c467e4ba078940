import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { idFromUuid } from '../runtime/ids.ts';
import { identityContract } from './contract.ts';
import { type UserPool, userPool } from './user-pool.ts';

type Tools = { pool: Pick<UserPool, 'signUp'> };

/** Stores nothing here: name and zone wait in the user pool until the e-mail is confirmed. */
export async function register({ body }: Call<typeof identityContract.register>, { pool }: Tools) {
  const { sub } = await pool.signUp(body);
  return { userId: idFromUuid('user', sub) };
}

export const handler = endpoint(identityContract.register, register, () => ({ pool: userPool() }));

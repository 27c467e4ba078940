import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type UserPool, userPool } from './user-pool.ts';

type Tools = { pool: Pick<UserPool, 'revoke'> };

export const logout = ({ body }: Call<typeof identityContract.logout>, { pool }: Tools) =>
  pool.revoke(body.refreshToken);

export const handler = endpoint(identityContract.logout, logout, () => ({ pool: userPool() }));

import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type UserPool, userPool } from './user-pool.ts';

type Tools = { pool: Pick<UserPool, 'refresh'> };

export const refresh = ({ body }: Call<typeof identityContract.refresh>, { pool }: Tools) =>
  pool.refresh(body.refreshToken);

export const handler = endpoint(identityContract.refresh, refresh, () => ({ pool: userPool() }));

import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type UserPool, userPool } from './user-pool.ts';

type Tools = { pool: Pick<UserPool, 'answerChallenge'> };

/** Attempts are counted by the e-mail, so the session must be the one of that account: the pool checks it. */
export const loginMfa = ({ body }: Call<typeof identityContract.loginMfa>, { pool }: Tools) =>
  pool.answerChallenge(body);

export const handler = endpoint(identityContract.loginMfa, loginMfa, () => ({ pool: userPool() }));

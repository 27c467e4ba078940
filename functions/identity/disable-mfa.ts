import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type SignedInUser, signedInUser } from './signed-in-user.ts';
import { type UserPool, userPool } from './user-pool.ts';

type Tools = {
  user: Pick<SignedInUser, 'find' | 'verifyTotp' | 'turnTotp'>;
  pool: Pick<UserPool, 'checkPassword'>;
};

/** Asks for more than the access token: one that was stolen must not open the account for good. */
export async function disableMfa(
  { accessToken, body }: Call<typeof identityContract.disableMfa>,
  { user, pool }: Tools,
) {
  if ('code' in body) await user.verifyTotp(accessToken, body.code);
  else await pool.checkPassword((await user.find(accessToken)).email, body.password);
  await user.turnTotp(accessToken, 'off');
}

export const handler = endpoint(identityContract.disableMfa, disableMfa, () => ({
  user: signedInUser(),
  pool: userPool(),
}));

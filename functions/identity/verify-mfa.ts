import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type SignedInUser, signedInUser } from './signed-in-user.ts';

type Tools = { user: Pick<SignedInUser, 'verifyTotp' | 'turnTotp'> };

export async function verifyMfa({ accessToken, body }: Call<typeof identityContract.verifyMfa>, { user }: Tools) {
  await user.verifyTotp(accessToken, body.code);
  await user.turnTotp(accessToken, 'on');
}

export const handler = endpoint(identityContract.verifyMfa, verifyMfa, () => ({ user: signedInUser() }));

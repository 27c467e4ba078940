import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { identityContract } from './contract.ts';
import { type SignedInUser, signedInUser } from './signed-in-user.ts';

type Tools = { user: Pick<SignedInUser, 'changePassword'> };

export const changePassword = (call: Call<typeof identityContract.changePassword>, { user }: Tools) =>
  user.changePassword(call.accessToken, call.body);

export const handler = endpoint(identityContract.changePassword, changePassword, () => ({ user: signedInUser() }));

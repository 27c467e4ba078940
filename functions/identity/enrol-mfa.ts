import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { identityContract, identityFaults } from './contract.ts';
import { type SignedInUser, signedInUser } from './signed-in-user.ts';

type Tools = { user: Pick<SignedInUser, 'find' | 'newTotpSecret'> };

const issuer = 'ClientNest';

/** Not while there is an app: its secret would be gone, and the account open to whoever holds this access token. */
export async function enrolMfa({ accessToken }: Call<typeof identityContract.enrolMfa>, { user }: Tools) {
  const { email, hasTotp } = await user.find(accessToken);
  if (hasTotp) throw new Fault(identityFaults['auth.mfa_enabled']);
  const secret = await user.newTotpSecret(accessToken);
  const label = encodeURIComponent(`${issuer}:${email}`);
  return { secret, otpauthUri: `otpauth://totp/${label}?${new URLSearchParams({ secret, issuer })}` };
}

export const handler = endpoint(identityContract.enrolMfa, enrolMfa, () => ({ user: signedInUser() }));

import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { config } from '../runtime/config.ts';

/** The pool and the app client to use; read when needed, for not every function may name the pool. */
export type PoolNames = { clientId: () => string; poolId: () => string };

export const deployedNames: PoolNames = {
  clientId: () => config('USER_POOL_CLIENT_ID').USER_POOL_CLIENT_ID,
  poolId: () => config('USER_POOL_ID').USER_POOL_ID,
};

let client: CognitoIdentityProviderClient | undefined;

export function deployedClient(): CognitoIdentityProviderClient {
  client ??= new CognitoIdentityProviderClient({});
  return client;
}

import {
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  SignUpCommand,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { config } from '../runtime/config.ts';
import { readOwnToken } from './access-token.ts';
import type { Registration, Session } from './contract.ts';
import { asked, refusals } from './user-pool-faults.ts';

/** A user as the pool knows it; `sub` is a UUID that never changes. */
export type PoolUser = { sub: string; email: string; name: string; timeZone: string; isConfirmed: boolean };

/** The pool and the app client to use; read when needed, for not every function may name the pool. */
type PoolNames = { clientId: () => string; poolId: () => string };

const deployedNames: PoolNames = {
  clientId: () => config('USER_POOL_CLIENT_ID').USER_POOL_CLIENT_ID,
  poolId: () => config('USER_POOL_ID').USER_POOL_ID,
};

let client: CognitoIdentityProviderClient | undefined;

/** The Cognito user pool: who signs up, confirms and signs in. Its exceptions leave here as faults. */
export function userPool(
  cognito: CognitoIdentityProviderClient = deployedClient(),
  { clientId, poolId } = deployedNames,
) {
  return {
    async signUp({ email, password, name, timeZone }: Registration): Promise<{ sub: string }> {
      const attributes = { email, name, zoneinfo: timeZone };
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
      const command = new SignUpCommand({ ClientId: clientId(), Username: email, Password: password, UserAttributes });
      const { UserSub } = await asked(refusals.signUp, () => cognito.send(command));
      if (!UserSub) throw new Error('the user pool gave no id');
      return { sub: UserSub };
    },

    async confirm(email: string, code: string): Promise<void> {
      const command = new ConfirmSignUpCommand({ ClientId: clientId(), Username: email, ConfirmationCode: code });
      await asked(refusals.confirm, () => cognito.send(command));
    },

    async signIn(email: string, password: string): Promise<Session> {
      const AuthParameters = { USERNAME: email, PASSWORD: password };
      const command = new InitiateAuthCommand({
        ClientId: clientId(),
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters,
      });
      const { AuthenticationResult, ChallengeName } = await asked(refusals.signIn, () => cognito.send(command));
      if (ChallengeName) throw new Error(`signing in asks for ${ChallengeName}, which this API does not offer`);
      return session(AuthenticationResult);
    },

    /** Where the pool gives no new refresh token, the one that was given stays good. */
    async refresh(refreshToken: string): Promise<Session> {
      const AuthParameters = { REFRESH_TOKEN: refreshToken };
      const command = new InitiateAuthCommand({
        ClientId: clientId(),
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters,
      });
      const { AuthenticationResult } = await asked(refusals.refresh, () => cognito.send(command));
      return session(AuthenticationResult, refreshToken);
    },

    async findUser(email: string): Promise<PoolUser | undefined> {
      try {
        return poolUser(await cognito.send(new AdminGetUserCommand({ UserPoolId: poolId(), Username: email })));
      } catch (error) {
        if (error instanceof UserNotFoundException) return undefined;
        throw error;
      }
    },
  };
}
export type UserPool = ReturnType<typeof userPool>;

function deployedClient() {
  client ??= new CognitoIdentityProviderClient({});
  return client;
}

function session(result: AuthenticationResultType | undefined, givenRefreshToken?: string): Session {
  const accessToken = result?.AccessToken;
  const refreshToken = result?.RefreshToken ?? givenRefreshToken;
  if (!accessToken || !refreshToken) throw new Error('the user pool gave no tokens');
  const { iat, exp } = readOwnToken(accessToken);
  return { accessToken, refreshToken, expiresIn: exp - iat, tokenType: 'Bearer' };
}

function poolUser({ UserAttributes = [], UserStatus }: AdminGetUserCommandOutput): PoolUser {
  const attributes = new Map(UserAttributes.map(({ Name, Value }) => [Name, Value]));
  const [sub, email] = [attributes.get('sub'), attributes.get('email')];
  if (!sub || !email) throw new Error('the user pool gave a user without id or e-mail');
  const name = attributes.get('name') ?? email;
  return { sub, email, name, timeZone: attributes.get('zoneinfo') ?? 'UTC', isConfirmed: UserStatus === 'CONFIRMED' };
}

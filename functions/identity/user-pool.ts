import {
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  type AuthenticationResultType,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  SignUpCommand,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { Fault } from '../runtime/fault.ts';
import { readOwnToken } from './access-token.ts';
import { identityFaults, type LoginChallenge, type Registration, type Session } from './contract.ts';
import { deployedClient, deployedNames } from './pool-client.ts';
import { asked, refusals } from './user-pool-faults.ts';

/** A user as the pool knows it; `sub` is a UUID that never changes. */
export type PoolUser = { sub: string; email: string; name: string; timeZone: string; isConfirmed: boolean };

type ChallengeAnswer = { email: string; session: string; code: string };

const softwareToken = 'SOFTWARE_TOKEN_MFA';

/** The Cognito user pool: who signs up, confirms and signs in. Its exceptions leave here as faults. */
export function userPool(cognito = deployedClient(), { clientId, poolId } = deployedNames) {
  async function readUser(email: string): Promise<AdminGetUserCommandOutput | undefined> {
    try {
      return await cognito.send(new AdminGetUserCommand({ UserPoolId: poolId(), Username: email }));
    } catch (error) {
      if (error instanceof UserNotFoundException) return undefined;
      throw error;
    }
  }

  function passwordSignIn(email: string, password: string) {
    const AuthParameters = { USERNAME: email, PASSWORD: password };
    return new InitiateAuthCommand({ ClientId: clientId(), AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
  }

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

    async signIn(email: string, password: string): Promise<Session | LoginChallenge> {
      const command = passwordSignIn(email, password);
      const answer = await asked(refusals.signIn, () => cognito.send(command));
      if (answer.ChallengeName === softwareToken && answer.Session)
        return { challenge: 'totp', session: answer.Session };
      return session(noMoreAsked(answer));
    },

    /** The pool takes the user's own name here, not the e-mail, and with it the sessions of that user only. */
    async answerChallenge({ email, session: Session, code }: ChallengeAnswer): Promise<Session> {
      const user = await readUser(email);
      if (!user?.Username) throw new Fault(identityFaults['auth.session_expired']);
      const ChallengeResponses = { USERNAME: user.Username, SOFTWARE_TOKEN_MFA_CODE: code };
      const answer = { ClientId: clientId(), ChallengeName: softwareToken, Session, ChallengeResponses } as const;
      const command = new RespondToAuthChallengeCommand(answer);
      return session(noMoreAsked(await asked(refusals.answerChallenge, () => cognito.send(command))));
    },

    async checkPassword(email: string, password: string): Promise<void> {
      await asked(refusals.checkPassword, () => cognito.send(passwordSignIn(email, password)));
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

    /** A token that is ended already, or none of ours, is as good as ended (RFC 7009, 2.2). */
    async revoke(refreshToken: string): Promise<void> {
      const command = new RevokeTokenCommand({ ClientId: clientId(), Token: refreshToken });
      await asked(refusals.revoke, () => cognito.send(command)).catch((error: unknown) => {
        if (!(error instanceof Error && noRefreshToken.has(error.name))) throw error;
      });
    },

    async findUser(email: string): Promise<PoolUser | undefined> {
      const user = await readUser(email);
      return user && poolUser(user);
    },
  };
}
export type UserPool = ReturnType<typeof userPool>;

const noRefreshToken: ReadonlySet<string> = new Set([
  'NotAuthorizedException',
  'UnauthorizedException',
  'InvalidParameterException',
  'UnsupportedTokenTypeException',
]);

type Answer = { ChallengeName?: string | undefined; AuthenticationResult?: AuthenticationResultType | undefined };

function noMoreAsked({ ChallengeName, AuthenticationResult }: Answer): AuthenticationResultType | undefined {
  if (ChallengeName) throw new Error(`signing in asks for ${ChallengeName}, which this API does not offer`);
  return AuthenticationResult;
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

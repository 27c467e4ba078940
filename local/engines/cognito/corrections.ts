import * as z from 'zod';
import { ServiceError } from '../json-rpc.ts';
import type { Challenges } from './challenges.ts';
import { refuseWeakPassword } from './password-policy.ts';
import { answered, challenged } from './second-factor.ts';
import type { SoftwareTokens } from './software-tokens.ts';
import type { UserPoolClient } from './user-pools.ts';

/** Calls an action of the engine itself. */
export type Ask = <Schema extends z.ZodType>(
  action: string,
  input: object,
  answer: Schema,
) => Promise<z.output<Schema>>;
/** The engine, and what is kept beside it. */
export type Engine = { ask: Ask; softwareTokens: SoftwareTokens; challenges: Challenges };
type Correction = (input: unknown, client: UserPoolClient, engine: Engine) => Promise<object>;

const Attribute = z.object({ Name: z.string(), Value: z.string().optional() });
const Registration = z.looseObject({
  Username: z.string(),
  Password: z.string(),
  UserAttributes: z.array(Attribute).default([]),
});
const Confirmation = z.looseObject({ Username: z.string(), ConfirmationCode: z.string() });
const Named = z.looseObject({ Username: z.string() });
const Reset = z.looseObject({ Username: z.string(), ConfirmationCode: z.string(), Password: z.string() });
const SignIn = z.looseObject({ AuthFlow: z.string(), AuthParameters: z.record(z.string(), z.string()).default({}) });

const Delivery = z.looseObject({
  CodeDeliveryDetails: z.looseObject({ Destination: z.string().optional() }).optional(),
});
const User = z.object({ Username: z.string(), UserStatus: z.string(), UserAttributes: z.array(Attribute) });
const Tokens = z.looseObject({
  AuthenticationResult: z.looseObject({ AccessToken: z.string() }).optional(),
});
const anything = z.looseObject({});

/** Where the engine answers otherwise than Cognito, for actions that name an app client: same names, Cognito's answers. */
export const clientCorrections: Readonly<Record<string, Correction>> = {
  async SignUp(input, client, { ask }) {
    const registration = Registration.parse(input);
    refuseWeakPassword(registration.Password, client.pool.passwords);
    const attributes = registration.UserAttributes.map(({ Name, Value }) =>
      Name === 'email' && Value !== undefined ? { Name, Value: folded(Value, client) } : { Name, Value },
    );
    const folding = { ...registration, Username: folded(registration.Username, client), UserAttributes: attributes };
    return masked(await ask('SignUp', folding, Delivery));
  },

  async ConfirmSignUp(input, client, { ask }) {
    const confirmation = Confirmation.parse(input);
    const user = await findUser(confirmation.Username, client, ask);
    if (user === undefined)
      throw client.hidesUsers
        ? new ServiceError('ExpiredCodeException', 'Invalid code provided, please request a code again.')
        : userNotFound();
    if (user.UserStatus === 'CONFIRMED')
      throw new ServiceError('NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED');
    await ask('ConfirmSignUp', { ...confirmation, Username: user.Username }, anything);
    const email = user.UserAttributes.filter(({ Name }) => Name === 'email');
    const UserAttributes = [...email, { Name: 'email_verified', Value: 'true' }];
    const verified = { UserPoolId: client.pool.id, Username: user.Username, UserAttributes };
    if (email.length > 0) await ask('AdminUpdateUserAttributes', verified, anything);
    return {};
  },

  async ResendConfirmationCode(input, client, { ask }) {
    const { Username } = Named.parse(input);
    const user = await findUser(Username, client, ask);
    if (user?.UserStatus === 'CONFIRMED')
      throw new ServiceError('InvalidParameterException', 'User is already confirmed.');
    // The engine keeps the code of the sign-up until it is used, and here every code is the same.
    return deliveredTo(user, Username, client);
  },

  async InitiateAuth(input, client, engine) {
    const { ask } = engine;
    const signIn = SignIn.parse(input);
    const isRefresh = signIn.AuthFlow.startsWith('REFRESH_TOKEN');
    if (signIn.AuthFlow === 'USER_PASSWORD_AUTH' && !client.allowsPasswords)
      throw new ServiceError('InvalidParameterException', 'USER_PASSWORD_AUTH flow not enabled for this client');
    const { USERNAME } = signIn.AuthParameters;
    const user = isRefresh ? undefined : await findUser(USERNAME ?? '', client, ask);
    if (!isRefresh && user === undefined) throw client.hidesUsers ? wrongPassword() : userNotFound();
    const parameters = USERNAME === undefined ? {} : { USERNAME: folded(USERNAME, client) };
    const folding = { ...signIn, AuthParameters: { ...signIn.AuthParameters, ...parameters } };
    const tokens = await ask('InitiateAuth', folding, Tokens).catch((error: unknown) => {
      const invalid = new ServiceError('NotAuthorizedException', 'Invalid Refresh Token');
      throw isNamed(error, 'InvalidPasswordException', 'NotAuthorizedException')
        ? isRefresh
          ? invalid
          : wrongPassword()
        : error;
    });
    const result = withLifetime(tokens);
    return user === undefined ? result : challenged(result, { username: user.Username, client }, engine);
  },

  async RespondToAuthChallenge(input, client, engine) {
    const tokens = answered(input, client, engine);
    return tokens ?? withLifetime(await engine.ask('RespondToAuthChallenge', anything.parse(input), Tokens));
  },

  /** A token that is revoked already, or that nobody gave out, is no error (RFC 7009, 2.2). */
  async RevokeToken(input, _, { ask }) {
    return ask('RevokeToken', anything.parse(input), anything).catch((error: unknown) => {
      if (isNamed(error, 'NotAuthorizedException')) return {};
      throw error;
    });
  },

  async ForgotPassword(input, client, { ask }) {
    const request = Named.parse(input);
    const user = await findUser(request.Username, client, ask);
    if (user === undefined || (client.hidesUsers && !isVerified(user)))
      return deliveredTo(user, request.Username, client);
    if (!isVerified(user)) {
      const reason = 'Cannot reset password for the user as there is no registered/verified email or phone_number';
      throw new ServiceError('InvalidParameterException', reason);
    }
    return masked(await ask('ForgotPassword', { ...request, Username: user.Username }, Delivery));
  },

  async ConfirmForgotPassword(input, client, { ask }) {
    const reset = Reset.parse(input);
    const user = await findUser(reset.Username, client, ask);
    if (user === undefined)
      throw client.hidesUsers
        ? new ServiceError('CodeMismatchException', 'Invalid verification code provided, please try again.')
        : userNotFound();
    refuseWeakPassword(reset.Password, client.pool.passwords);
    return ask('ConfirmForgotPassword', { ...reset, Username: user.Username }, anything);
  },
};

const folded = (name: string, { pool }: UserPoolClient) => (pool.foldsCase ? name.toLowerCase() : name);

async function findUser(name: string, client: UserPoolClient, ask: Ask) {
  const request = { UserPoolId: client.pool.id, Username: folded(name, client) };
  return ask('AdminGetUser', request, User).catch((error: unknown) => {
    if (isNamed(error, 'UserNotFoundException')) return undefined;
    throw error;
  });
}

const isVerified = ({ UserAttributes }: z.infer<typeof User>) =>
  UserAttributes.some(
    ({ Name, Value }) => ['email_verified', 'phone_number_verified'].includes(Name) && Value === 'true',
  );

function deliveredTo(user: z.infer<typeof User> | undefined, name: string, client: UserPoolClient) {
  if (user === undefined && !client.hidesUsers) throw userNotFound();
  const email = user?.UserAttributes.find(({ Name }) => Name === 'email')?.Value ?? name;
  return masked({ CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: email } });
}

/** Cognito tells where a code went without telling the address: `d***@e***`. */
function masked(answer: z.infer<typeof Delivery>) {
  const { CodeDeliveryDetails: details } = answer;
  if (details?.Destination === undefined) return answer;
  const [user = '', domain = ''] = details.Destination.split('@');
  return {
    ...answer,
    CodeDeliveryDetails: { ...details, Destination: `${user.slice(0, 1)}***@${domain.slice(0, 1)}***` },
  };
}

function withLifetime(answer: z.infer<typeof Tokens>) {
  const { AuthenticationResult: result } = answer;
  if (result === undefined) return answer;
  const [, payload = ''] = result.AccessToken.split('.');
  const claims = z.object({ iat: z.number(), exp: z.number() });
  const { iat, exp } = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return { ...answer, AuthenticationResult: { ...result, ExpiresIn: exp - iat, TokenType: 'Bearer' } };
}

const isNamed = (error: unknown, ...names: string[]) => error instanceof ServiceError && names.includes(error.name);
const wrongPassword = () => new ServiceError('NotAuthorizedException', 'Incorrect username or password.');
const userNotFound = () => new ServiceError('UserNotFoundException', 'User does not exist.');

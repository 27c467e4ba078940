import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { startCognito } from '../../../local/engines/cognito/cognito.ts';
import { callJson, ServiceError } from '../../../local/engines/json-rpc.ts';
import { type Lifeline, startLifeline } from '../../../local/engines/lifeline.ts';
import { resourcesOf } from '../resources-of.ts';

const clientFor = (properties: object) => ({
  type: 'AWS::Cognito::UserPoolClient',
  properties: { UserPoolId: { Ref: 'Pool' }, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'], ...properties },
});
const resources = resourcesOf({
  Pool: {
    type: 'AWS::Cognito::UserPool',
    properties: {
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Policies: {
        PasswordPolicy: {
          MinimumLength: 10,
          RequireNumbers: true,
          RequireUppercase: true,
          RequireLowercase: true,
          RequireSymbols: true,
        },
      },
    },
  },
  Client: clientFor({
    PreventUserExistenceErrors: 'ENABLED',
    AccessTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'minutes' },
  }),
  Telling: clientFor({}),
  Srp: clientFor({ ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }),
});
const refOf = (id: string) => resources.all.find((resource) => resource.id === id)?.ref ?? '';

const directory = mkdtempSync(join(tmpdir(), 'cognito-'));
const good = 'Correct horse 1';
let lifeline: Lifeline;
let cognito: NonNullable<Awaited<ReturnType<typeof startCognito>>>;

async function start() {
  lifeline = startLifeline();
  const started = await startCognito(resources, { directory, region: 'us-east-1', lifeline });
  if (started === undefined) throw new Error('no pool');
  cognito = started;
}
beforeAll(start);
afterAll(async () => {
  await lifeline.release();
  rmSync(directory, { recursive: true });
});

const Anything = z.looseObject({});
const Tokens = z.object({
  AuthenticationResult: z.object({
    AccessToken: z.string(),
    RefreshToken: z.string().optional(),
    ExpiresIn: z.number(),
    TokenType: z.string(),
  }),
});

/** As the front door does it: corrected where there is a correction, else the engine itself. */
async function ask(action: string, input: object, client = 'Client') {
  const full = { ClientId: refOf(client), ...input };
  const correct = cognito.actions[action];
  if (correct !== undefined) return Anything.parse(await correct(full));
  const target = `AWSCognitoIdentityProviderService.${action}`;
  return callJson(cognito.send, { target, input: full, contentType: 'application/x-amz-json-1.1' }, Anything);
}
const refusal = (action: string, input: object, client?: string) =>
  ask(action, input, client).then(
    () => 'accepted',
    (error: unknown) => (error instanceof ServiceError ? error.name : error),
  );

let count = 0;
async function register({ confirmed = true } = {}) {
  const Username = `user${++count}@example.com`;
  const registered = await ask('SignUp', {
    Username,
    Password: good,
    UserAttributes: [{ Name: 'name', Value: 'Ada' }],
  });
  if (confirmed) await ask('ConfirmSignUp', { Username, ConfirmationCode: '123456' });
  return { Username, registered };
}
const signIn = async (Username: string, Password = good) => {
  const AuthParameters = { USERNAME: Username, PASSWORD: Password };
  return Tokens.parse(await ask('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }))
    .AuthenticationResult;
};
const password = (USERNAME: string, PASSWORD: string) => ({
  AuthFlow: 'USER_PASSWORD_AUTH',
  AuthParameters: { USERNAME, PASSWORD },
});

describe('signing up and in', () => {
  test('from registration to tokens with the issuer that functions expect', async () => {
    const { Username, registered } = await register();
    expect(registered).toMatchObject({
      UserSub: expect.any(String),
      UserConfirmed: false,
      CodeDeliveryDetails: { Destination: 'u***@e***' },
    });
    const tokens = await signIn(Username);
    expect(tokens).toMatchObject({ ExpiresIn: 1800, TokenType: 'Bearer', RefreshToken: expect.any(String) });
    const claims = JSON.parse(Buffer.from(tokens.AccessToken.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${refOf('Pool')}`,
      client_id: refOf('Client'),
      token_use: 'access',
    });
    const user = await ask('AdminGetUser', { UserPoolId: refOf('Pool'), Username });
    expect(user).toMatchObject({
      UserStatus: 'CONFIRMED',
      UserAttributes: expect.arrayContaining([{ Name: 'email_verified', Value: 'true' }]),
    });
  });

  test('the same address in other letters is the same user', async () => {
    const { Username } = await register();
    expect(await signIn(Username.toUpperCase())).toMatchObject({ TokenType: 'Bearer' });
    const again = { Username: Username.toUpperCase(), Password: good };
    expect(await refusal('SignUp', again)).toBe('UsernameExistsException');
  });

  test.each([
    ['short', 'Short 1'],
    ['without a number', 'Correct horse'],
    ['without capitals', 'correct horse 1'],
    ['without small letters', 'CORRECT HORSE 1'],
    ['without a symbol', 'Correcthorse1'],
  ])('a password %s is refused, when it is set and when it is changed', async (_, weak) => {
    expect(await refusal('SignUp', { Username: 'weak@example.com', Password: weak })).toBe('InvalidPasswordException');
    const { Username } = await register();
    const { AccessToken } = await signIn(Username);
    expect(await refusal('ChangePassword', { AccessToken, PreviousPassword: good, ProposedPassword: weak })).toBe(
      'InvalidPasswordException',
    );
  });

  test('codes: a wrong one, one for nobody, one too many', async () => {
    const { Username } = await register({ confirmed: false });
    expect(await refusal('InitiateAuth', password(Username, good))).toBe('UserNotConfirmedException');
    expect(await refusal('ConfirmSignUp', { Username, ConfirmationCode: '000000' })).toBe('CodeMismatchException');
    expect(await ask('ResendConfirmationCode', { Username })).toMatchObject({
      CodeDeliveryDetails: { Destination: 'u***@e***' },
    });
    await ask('ConfirmSignUp', { Username, ConfirmationCode: '123456' });
    expect(await refusal('ConfirmSignUp', { Username, ConfirmationCode: '123456' })).toBe('NotAuthorizedException');
    expect(await refusal('ResendConfirmationCode', { Username })).toBe('InvalidParameterException');
    expect(await refusal('ConfirmSignUp', { Username: 'no@example.com', ConfirmationCode: '1' })).toBe(
      'ExpiredCodeException',
    );
    expect(await refusal('ConfirmSignUp', { Username: 'no@example.com', ConfirmationCode: '1' }, 'Telling')).toBe(
      'UserNotFoundException',
    );
  });

  test('who does not exist is told apart only by clients that say so', async () => {
    const { Username } = await register();
    for (const [name, secret] of [
      [Username, 'Wrong horse 1'],
      ['no@example.com', good],
    ] as const)
      expect(await refusal('InitiateAuth', password(name, secret))).toBe('NotAuthorizedException');
    expect(await refusal('InitiateAuth', password('no@example.com', good), 'Telling')).toBe('UserNotFoundException');
    expect(await ask('ResendConfirmationCode', { Username: 'no@example.com' })).toMatchObject({
      CodeDeliveryDetails: { Destination: 'n***@e***' },
    });
    expect(await refusal('ResendConfirmationCode', { Username: 'no@example.com' }, 'Telling')).toBe(
      'UserNotFoundException',
    );
  });

  test('only flows that the client has, and only clients there are', async () => {
    expect(await refusal('InitiateAuth', password('x', 'y'), 'Srp')).toBe('InvalidParameterException');
    expect(await refusal('InitiateAuth', { ClientId: 'nobody' })).toBe('ResourceNotFoundException');
  });
});

describe('sessions', () => {
  const refresh = (REFRESH_TOKEN: string) => ({ AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } });

  test('are refreshed until they are revoked', async () => {
    const { Username } = await register();
    const { RefreshToken = '' } = await signIn(Username);
    expect(await ask('InitiateAuth', refresh(RefreshToken))).toMatchObject({
      AuthenticationResult: { TokenType: 'Bearer' },
    });
    await ask('RevokeToken', { Token: RefreshToken });
    expect(await refusal('InitiateAuth', refresh(RefreshToken))).toBe('NotAuthorizedException');
    expect(await refusal('InitiateAuth', refresh('forged'))).toBe('NotAuthorizedException');
  });

  test('all end with a global sign-out', async () => {
    const { Username } = await register();
    const [one, two] = [await signIn(Username), await signIn(Username)];
    await ask('GlobalSignOut', { AccessToken: one.AccessToken });
    for (const { RefreshToken = '' } of [one, two])
      expect(await refusal('InitiateAuth', refresh(RefreshToken))).toBe('NotAuthorizedException');
  });

  test('tell who one is, to nobody with a forged or foreign token', async () => {
    const { Username } = await register();
    const { AccessToken } = await signIn(Username);
    const user = await ask('GetUser', { AccessToken });
    expect(user).toMatchObject({ UserAttributes: expect.arrayContaining([{ Name: 'email', Value: Username }]) });
    const [head, payload] = AccessToken.split('.');
    for (const forged of [`${head}.${payload}.AAAA`, 'nonsense'])
      expect(await refusal('GetUser', { AccessToken: forged })).toBe('NotAuthorizedException');
  });
});

describe('passwords', () => {
  test('are changed by who knows the old one', async () => {
    const { Username } = await register();
    const { AccessToken } = await signIn(Username);
    const change = { AccessToken, PreviousPassword: 'Wrong horse 1', ProposedPassword: 'Better horse 2' };
    expect(await refusal('ChangePassword', change)).toBe('NotAuthorizedException');
    await ask('ChangePassword', { ...change, PreviousPassword: good });
    expect(await signIn(Username, 'Better horse 2')).toMatchObject({ TokenType: 'Bearer' });
  });

  test('are reset with a code', async () => {
    const { Username } = await register();
    expect(await ask('ForgotPassword', { Username })).toMatchObject({
      CodeDeliveryDetails: { Destination: 'u***@e***' },
    });
    const reset = { Username, ConfirmationCode: '123456', Password: 'Better horse 2' };
    expect(await refusal('ConfirmForgotPassword', { ...reset, ConfirmationCode: '1' })).toBe('CodeMismatchException');
    expect(await refusal('ConfirmForgotPassword', { ...reset, Password: 'weak' })).toBe('InvalidPasswordException');
    await ask('ConfirmForgotPassword', reset);
    expect(await signIn(Username, 'Better horse 2')).toMatchObject({ TokenType: 'Bearer' });
  });

  test('of users who do not exist or never confirmed are not reset', async () => {
    const nobody = { Username: 'no@example.com' };
    expect(await ask('ForgotPassword', nobody)).toMatchObject({ CodeDeliveryDetails: { Destination: 'n***@e***' } });
    expect(await refusal('ForgotPassword', nobody, 'Telling')).toBe('UserNotFoundException');
    const reset = { ...nobody, ConfirmationCode: '123456', Password: good };
    expect(await refusal('ConfirmForgotPassword', reset)).toBe('CodeMismatchException');
    expect(await refusal('ConfirmForgotPassword', reset, 'Telling')).toBe('UserNotFoundException');
    const { Username } = await register({ confirmed: false });
    expect(await ask('ForgotPassword', { Username })).toMatchObject({
      CodeDeliveryDetails: { Destination: 'u***@e***' },
    });
    expect(await refusal('ForgotPassword', { Username }, 'Telling')).toBe('InvalidParameterException');
  });
});

test('users are still there after a restart', async () => {
  const { Username } = await register();
  await lifeline.release();
  await start();
  expect(await signIn(Username)).toMatchObject({ TokenType: 'Bearer' });
});

test('an app without a user pool starts no engine', async () => {
  expect(await startCognito(resourcesOf({}), { directory, region: 'us-east-1', lifeline })).toBeUndefined();
});

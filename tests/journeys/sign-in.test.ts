import { CognitoIdentityProviderClient, ConfirmSignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, inject, test } from 'vitest';
import { LoginChallenge, Me, Session, TotpEnrolment } from '../../functions/identity/contract.ts';
import { api, newAccount, password } from '../support/journey.ts';
import { totpCode } from '../support/totp.ts';

const newPassword = 'another long pass phrase';
const login = (email: string, secret: string) => api.call('POST /auth/login', { body: { email, password: secret } });
const session = (email: string, secret = password): Promise<Session> =>
  api.get(Session, 'POST /auth/login', { body: { email, password: secret } });
const refused = { status: 401, body: { code: 'auth.credentials_wrong' } };

describe('a lost password', () => {
  test('is set anew with the code from the e-mail', async () => {
    const { email } = await newAccount();
    expect(await api.call('POST /auth/forgot-password', { body: { email } })).toMatchObject({ status: 204 });
    const reset = (code: string) =>
      api.call('POST /auth/reset-password', { body: { email, code, password: newPassword } });
    expect(await reset('000000')).toMatchObject({ status: 422, body: { code: 'auth.code_wrong' } });
    expect(await reset('123456')).toMatchObject({ status: 204 });
    expect(await login(email, password)).toMatchObject(refused);
    expect(await session(email, newPassword)).toMatchObject({ tokenType: 'Bearer' });
  });

  test('tells nobody who has an account', async () => {
    const { email } = await newAccount();
    for (const route of ['POST /auth/forgot-password', 'POST /auth/resend'])
      for (const one of [email, 'nobody@example.com'])
        expect(await api.call(route, { body: { email: one } })).toEqual({ status: 204, body: '' });
  });
});

describe('a confirmation that died half-way', () => {
  test('is finished by signing in', async () => {
    const email = `new.${crypto.randomUUID()}@example.com`;
    await api.call('POST /auth/register', { body: { email, password, name: 'New' } });
    await confirmInThePool(email);
    const { accessToken: token } = await session(email);
    expect(await api.get(Me, 'GET /me', { token })).toMatchObject({ email, teams: [{ role: 'owner' }] });
  });

  const confirmInThePool = (email: string) =>
    new CognitoIdentityProviderClient(inject('stack').table.client).send(
      new ConfirmSignUpCommand({
        ClientId: inject('deployed').environment.USER_POOL_CLIENT_ID,
        Username: email,
        ConfirmationCode: '123456',
      }),
    );
});

describe('a password', () => {
  test('is changed by who knows it', async () => {
    const { email, token } = await newAccount();
    const change = (currentPassword: string) =>
      api.call('POST /auth/change-password', { token, body: { currentPassword, newPassword } });
    expect(await change('not the password')).toMatchObject({ status: 422, body: { code: 'auth.password_wrong' } });
    expect(await change(password)).toMatchObject({ status: 204 });
    expect(await login(email, password)).toMatchObject(refused);
    await session(email, newPassword);
  });
});

describe('an authenticator app', () => {
  test('is set up, asked for at sign-in, and turned off', async () => {
    const { email, token } = await newAccount();
    const { secret, otpauthUri } = await api.get(TotpEnrolment, 'POST /auth/mfa/enrol', { token });
    expect(otpauthUri).toContain(secret);
    const verify = { token, body: { code: totpCode(secret, -1) } };
    expect(await api.call('POST /auth/mfa/verify', verify)).toMatchObject({ status: 204 });

    const { session: waiting } = LoginChallenge.parse((await login(email, password)).body);
    const finish = (code: string) => api.call('POST /auth/login/mfa', { body: { email, session: waiting, code } });
    expect(await finish(totpCode(secret, 100))).toMatchObject({ status: 422, body: { code: 'auth.mfa_code_wrong' } });
    const signedIn = Session.parse((await finish(totpCode(secret))).body);
    expect(await api.get(Me, 'GET /me', { token: signedIn.accessToken })).toMatchObject({ email });
    await api.get(Session, 'POST /auth/refresh', { body: { refreshToken: signedIn.refreshToken } });

    const off = { token: signedIn.accessToken, body: { code: totpCode(secret, 1) } };
    expect(await api.call('POST /auth/mfa/disable', off)).toMatchObject({ status: 204 });
    await session(email);
  });
});

describe('signing out', () => {
  test('ends the session: its refresh token is refused', async () => {
    const { email } = await newAccount();
    const [here, there] = [await session(email), await session(email)];
    const refresh = ({ refreshToken }: Session) => api.call('POST /auth/refresh', { body: { refreshToken } });
    expect(await refresh(here)).toMatchObject({ status: 200 });
    const leave = { body: { refreshToken: here.refreshToken } };
    expect(await api.call('POST /auth/logout', leave)).toMatchObject({ status: 204 });
    expect(await refresh(here)).toMatchObject({ status: 401, body: { code: 'auth.refresh_token_invalid' } });
    expect(await refresh(there)).toMatchObject({ status: 200 });
  });
});

test('a profile is changed, and shown so', async () => {
  const { token } = await newAccount();
  const body = { name: 'Ada Lovelace', timeZone: 'Europe/London', preferences: { locale: 'en-GB' } };
  expect(await api.call('PATCH /me', { token, body })).toMatchObject({ status: 200 });
  expect(await api.get(Me, 'GET /me', { token })).toMatchObject({
    ...body,
    preferences: { locale: 'en-GB', weekStartsOn: 'monday' },
  });
});

import * as z from 'zod';
import { authorizers, endpoints, roles } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { Email, TimeZone } from '../runtime/shapes.ts';

/** Length, not composition, makes a password strong (NIST SP 800-63B). The user pool takes no space at either end. */
const Password = z
  .string()
  .min(8)
  .max(128)
  .regex(/^\S[\s\S]*\S$/, 'must not begin or end with a space')
  .meta({ example: 'correct horse battery staple' });
/** One to compare with: what was a password once may be wrong, but not malformed. */
const GivenPassword = z.string().min(1).max(128).meta({ example: 'correct horse battery staple' });
const SixDigits = z
  .string()
  .regex(/^\d{6}$/, 'must be six digits')
  .meta({ example: '123456' });
const MailedCode = SixDigits.meta({ description: 'The code from the e-mail.', example: '123456' });
const TotpCode = SixDigits.meta({ description: 'The code that the authenticator app shows.', example: '123456' });
const Token = z.string().meta({ example: 'eyJraWQiOiJhYmMiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI0ZjAwIn0.c2lnbmF0dXJl' });
const RefreshToken = Token.min(1).max(8192).meta({ example: 'eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0.c2VjcmV0' });
const LoginSession = z.string().meta({
  description: 'Names a sign-in that waits for a code; good for three minutes.',
  example: 'AYABeE1tq5Yl0m3wWpL8uWvQ6H4AHQABAAdTZXJ2aWNl',
});
const PersonName = z.string().trim().min(1).max(100).meta({ example: 'Ada Lovelace' });

const isLocale = (tag: string) => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false; // Intl has no other way to ask
  }
};

/** How a user wants things shown. */
export const Preferences = z.strictObject({
  locale: z
    .string()
    .max(35)
    .refine(isLocale, 'must be a language tag such as `de-CH`')
    .meta({ description: 'Language and region (BCP 47).', example: 'en-GB' }),
  weekStartsOn: z.enum(['monday', 'saturday', 'sunday']),
});
export type Preferences = z.infer<typeof Preferences>;

export const Registration = z.strictObject({
  email: Email,
  password: Password,
  name: PersonName,
  timeZone: TimeZone.default('UTC'),
});
export type Registration = z.infer<typeof Registration>;

/** Tokens of a session; `accessToken` goes into `Authorization: Bearer …`, `expiresIn` is in seconds. */
export const Session = z.object({
  accessToken: Token,
  refreshToken: Token,
  expiresIn: z
    .number()
    .int()
    .positive()
    .meta({ description: 'Seconds until the access token expires.', example: 3600 }),
  tokenType: z.literal('Bearer'),
});
export type Session = z.infer<typeof Session>;

/** The password was right, and the account has an authenticator app: its code is asked for next. */
export const LoginChallenge = z.object({
  challenge: z.literal('totp'),
  session: LoginSession,
});
export type LoginChallenge = z.infer<typeof LoginChallenge>;

/** What an authenticator app is set up with: show the address as a QR code, the secret for typing it. */
export const TotpEnrolment = z.object({
  secret: z.string().meta({ example: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' }),
  otpauthUri: z.string().meta({
    example: 'otpauth://totp/ClientNest%3Aada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=ClientNest',
  }),
});

export const Me = z.object({
  id: idOf('user'),
  email: z.email().meta({ example: 'ada@example.com' }),
  name: z.string().meta({ example: 'Ada Lovelace' }),
  timeZone: z.string().meta({ example: 'Europe/London' }),
  preferences: Preferences,
  teams: z.array(z.object({ id: idOf('team'), name: z.string().meta({ example: 'Marketing' }), role: z.enum(roles) })),
});
export type Me = z.infer<typeof Me>;

export const MePatch = z.strictObject({
  name: PersonName.optional(),
  timeZone: TimeZone.optional(),
  preferences: Preferences.partial().optional().meta({ description: 'Those left out stay as they are.' }),
});
export type MePatch = z.infer<typeof MePatch>;

export const identityFaults = faults({
  'auth.email_taken': {
    kind: 'conflict',
    title: 'There is an account with this e-mail already.',
    remedy: 'Sign in, or reset the password.',
  },
  'auth.password_refused': {
    kind: 'invalid',
    title: 'The password is too weak.',
    remedy: 'Choose a longer password.',
  },
  'auth.password_wrong': {
    kind: 'invalid',
    title: 'The password is not the one of this account.',
    remedy: 'Check it; reset the password if it is lost.',
  },
  'auth.code_wrong': {
    kind: 'invalid',
    title: 'The code is not the one that was sent.',
    remedy: 'Check the code in the newest e-mail, or ask for another.',
  },
  'auth.code_expired': {
    kind: 'invalid',
    title: 'The confirmation code has expired.',
    remedy: 'Ask for a new code.',
  },
  'auth.credentials_wrong': {
    kind: 'unauthenticated',
    title: 'The e-mail or the password is wrong.',
    remedy: 'Check both; reset the password if it is lost.',
  },
  'auth.not_confirmed': {
    kind: 'forbidden',
    title: 'The e-mail of this account is not confirmed.',
    remedy: 'Send the code from the e-mail to `POST /v1/auth/confirm`.',
  },
  'auth.refresh_token_invalid': {
    kind: 'unauthenticated',
    title: 'The refresh token is expired, revoked or not one of ours.',
    remedy: 'Sign in again.',
  },
  'auth.session_expired': {
    kind: 'unauthenticated',
    title: 'The sign-in that this code is for has expired, is finished, or is not of this account.',
    remedy: 'Sign in again with e-mail and password.',
  },
  'auth.mfa_code_wrong': {
    kind: 'invalid',
    title: 'The code is not the one that the authenticator app shows, or it was used already.',
    remedy: 'Wait for the next code of the app; check that the clock of its device is right.',
  },
  'auth.mfa_enabled': {
    kind: 'conflict',
    title: 'The account has an authenticator app already.',
    remedy: 'Turn it off with `POST /v1/auth/mfa/disable` first.',
  },
  'auth.mfa_not_enrolled': {
    kind: 'conflict',
    title: 'The account has no authenticator app.',
    remedy: 'Begin with `POST /v1/auth/mfa/enrol`.',
  },
  'auth.too_many_attempts': {
    kind: 'too_many',
    title: 'Too many attempts for this account, or from this address.',
    remedy: 'Wait as long as `Retry-After` says, or a few minutes.',
  },
});

const refusal = identityFaults['auth.too_many_attempts'];
/** What can be guessed: whoever is right is not counted. */
const guessable = { counts: 'failures', refusal } as const;
/** What sends a mail or makes a user. */
const costly = { counts: 'all', refusal } as const;

export const identityContract = endpoints(
  { domain: 'identity', faults: identityFaults },
  {
    register: {
      route: 'POST /auth/register',
      summary: 'Create an account; a confirmation code goes to the e-mail',
      auth: 'none',
      throttle: costly,
      body: Registration,
      reply: { status: 201, body: z.object({ userId: idOf('user') }) },
      faults: ['auth.email_taken', 'auth.password_refused', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    resend: {
      route: 'POST /auth/resend',
      summary: 'Send the confirmation code again',
      description: 'The answer is the same whether or not there is such an account, or it is confirmed.',
      auth: 'none',
      throttle: costly,
      body: z.strictObject({ email: Email }),
      reply: { status: 204 },
      faults: ['auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    confirm: {
      route: 'POST /auth/confirm',
      summary: 'Confirm the e-mail with the code; makes the personal team',
      auth: 'none',
      throttle: guessable,
      body: z.strictObject({ email: Email, code: MailedCode }),
      reply: { status: 204 },
      faults: ['auth.code_wrong', 'auth.code_expired', 'auth.too_many_attempts'],
      needs: ['users:sign-up', 'users:read', 'table:put', 'plans'],
    },
    login: {
      route: 'POST /auth/login',
      summary: 'Sign in with e-mail and password',
      description: 'Answers a session, or a challenge where the account has an authenticator app.',
      auth: 'none',
      throttle: guessable,
      body: z.strictObject({ email: Email, password: GivenPassword }),
      reply: { status: 200, body: z.union([Session, LoginChallenge]) },
      faults: ['auth.credentials_wrong', 'auth.not_confirmed', 'auth.too_many_attempts'],
      needs: ['users:sign-up', 'users:read', 'table:get', 'table:put', 'plans'],
    },
    loginMfa: {
      route: 'POST /auth/login/mfa',
      summary: 'Finish signing in with the code of the authenticator app',
      description: 'A wrong code leaves the session as it is: try again with the next one.',
      auth: 'none',
      throttle: guessable,
      body: z.strictObject({ email: Email, session: LoginSession.min(20).max(2048), code: TotpCode }),
      reply: { status: 200, body: Session },
      faults: ['auth.mfa_code_wrong', 'auth.session_expired', 'auth.too_many_attempts'],
      needs: ['users:sign-up', 'users:read'],
    },
    refresh: {
      route: 'POST /auth/refresh',
      summary: 'Exchange a refresh token for a new access token',
      auth: 'none',
      body: z.strictObject({ refreshToken: RefreshToken }),
      reply: { status: 200, body: Session },
      faults: ['auth.refresh_token_invalid', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    logout: {
      route: 'POST /auth/logout',
      summary: 'End a session: its refresh token gives no new access token',
      description: 'Access tokens that were given out work until they expire, an hour at most: forget them.',
      auth: 'none',
      body: z.strictObject({ refreshToken: RefreshToken }),
      reply: { status: 204 },
      faults: ['auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    forgotPassword: {
      route: 'POST /auth/forgot-password',
      summary: 'Send a code to set a new password with',
      description: 'The answer is the same whether or not there is such an account.',
      auth: 'none',
      throttle: costly,
      body: z.strictObject({ email: Email }),
      reply: { status: 204 },
      faults: ['auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    resetPassword: {
      route: 'POST /auth/reset-password',
      summary: 'Set a new password with the code from the e-mail',
      auth: 'none',
      throttle: guessable,
      body: z.strictObject({ email: Email, code: MailedCode, password: Password }),
      reply: { status: 204 },
      faults: ['auth.code_wrong', 'auth.password_refused', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    changePassword: {
      route: 'POST /auth/change-password',
      summary: 'Change the password',
      auth: 'user',
      confidential: true,
      throttle: guessable,
      body: z.strictObject({ currentPassword: GivenPassword, newPassword: Password }),
      reply: { status: 204 },
      faults: ['auth.password_wrong', 'auth.password_refused', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    enrolMfa: {
      route: 'POST /auth/mfa/enrol',
      summary: 'Begin to set up an authenticator app',
      description: 'Nothing changes until a code of the app is sent to `POST /v1/auth/mfa/verify`.',
      auth: 'user',
      confidential: true,
      reply: { status: 200, body: TotpEnrolment },
      faults: ['auth.mfa_enabled', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    verifyMfa: {
      route: 'POST /auth/mfa/verify',
      summary: 'Show that the authenticator app works; from now on signing in asks for its code',
      auth: 'user',
      throttle: guessable,
      body: z.strictObject({ code: TotpCode }),
      reply: { status: 204 },
      faults: ['auth.mfa_code_wrong', 'auth.mfa_not_enrolled', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    disableMfa: {
      route: 'POST /auth/mfa/disable',
      summary: 'Turn the authenticator app off',
      description: 'Takes a code of the app, or the password for when the app is lost.',
      auth: 'user',
      confidential: true,
      throttle: guessable,
      body: z.union([z.strictObject({ code: TotpCode }), z.strictObject({ password: GivenPassword })]),
      reply: { status: 204 },
      faults: ['auth.mfa_code_wrong', 'auth.mfa_not_enrolled', 'auth.password_wrong', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    getMe: {
      route: 'GET /me',
      summary: 'Who I am and which teams I belong to',
      auth: 'user',
      versioned: true,
      reply: { status: 200, body: Me },
      faults: [],
      needs: ['table:get', 'table:getMany', 'table:query'],
    },
    updateMe: {
      route: 'PATCH /me',
      summary: 'Change my name, time zone and preferences',
      auth: 'user',
      versioned: true,
      body: MePatch,
      reply: { status: 200, body: Me },
      faults: [],
      needs: ['table:update', 'table:getMany', 'table:query'],
    },
  },
);

export const identityAuthorizers = authorizers('identity', {
  authorizeRequest: {
    summary: 'Tells who calls: verifies the access token or API key, and reads the rights in the team of X-Team-Id',
    needs: ['tokens:verify', 'table:getMany', 'table:update'],
  },
});

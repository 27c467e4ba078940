import * as z from 'zod';
import { authorizers, endpoints, roles } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { Email, TimeZone } from '../runtime/shapes.ts';

/** Length, not composition, makes a password strong (NIST SP 800-63B). */
const Password = z.string().min(8).max(128).meta({ example: 'correct horse battery staple' });
const ConfirmationCode = z
  .string()
  .regex(/^\d{6}$/, 'must be six digits')
  .meta({ example: '123456' });

export const Registration = z.strictObject({
  email: Email,
  password: Password,
  name: z.string().trim().min(1).max(100).meta({ example: 'Ada Lovelace' }),
  timeZone: TimeZone.default('UTC'),
});
export type Registration = z.infer<typeof Registration>;

/** Tokens of a session; `accessToken` goes into `Authorization: Bearer …`, `expiresIn` is in seconds. */
export const Session = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.number().int().positive().meta({ description: 'Seconds until the access token expires.' }),
  tokenType: z.literal('Bearer'),
});
export type Session = z.infer<typeof Session>;

export const Me = z.object({
  id: idOf('user'),
  email: z.email(),
  name: z.string(),
  timeZone: z.string(),
  teams: z.array(z.object({ id: idOf('team'), name: z.string(), role: z.enum(roles) })),
});
export type Me = z.infer<typeof Me>;

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
  'auth.code_wrong': {
    kind: 'invalid',
    title: 'The confirmation code is not the one that was sent.',
    remedy: 'Check the code in the e-mail.',
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
  'auth.too_many_attempts': {
    kind: 'too_many',
    title: 'Too many attempts for this account.',
    remedy: 'Wait a few minutes.',
  },
});

export const identityContract = endpoints(
  { domain: 'identity', faults: identityFaults },
  {
    register: {
      route: 'POST /auth/register',
      summary: 'Create an account; a confirmation code goes to the e-mail',
      auth: 'none',
      body: Registration,
      reply: { status: 201, body: z.object({ userId: idOf('user') }) },
      faults: ['auth.email_taken', 'auth.password_refused', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    confirm: {
      route: 'POST /auth/confirm',
      summary: 'Confirm the e-mail with the code; makes the personal team',
      auth: 'none',
      body: z.strictObject({ email: Email, code: ConfirmationCode }),
      reply: { status: 204 },
      faults: ['auth.code_wrong', 'auth.code_expired', 'auth.too_many_attempts'],
      needs: ['users:sign-up', 'users:read', 'table:read', 'table:write', 'plans'],
    },
    login: {
      route: 'POST /auth/login',
      summary: 'Sign in with e-mail and password',
      auth: 'none',
      body: z.strictObject({ email: Email, password: z.string().min(1).max(128) }),
      reply: { status: 200, body: Session },
      faults: ['auth.credentials_wrong', 'auth.not_confirmed', 'auth.too_many_attempts'],
      needs: ['users:sign-up', 'users:read', 'table:read', 'table:write', 'plans'],
    },
    refresh: {
      route: 'POST /auth/refresh',
      summary: 'Exchange a refresh token for a new access token',
      auth: 'none',
      body: z.strictObject({ refreshToken: z.string().min(1).max(8192) }),
      reply: { status: 200, body: Session },
      faults: ['auth.refresh_token_invalid', 'auth.too_many_attempts'],
      needs: ['users:sign-up'],
    },
    getMe: {
      route: 'GET /me',
      summary: 'Who I am and which teams I belong to',
      auth: 'user',
      reply: { status: 200, body: Me },
      faults: [],
      needs: ['table:read'],
    },
  },
);

export const identityAuthorizers = authorizers('identity', {
  authorizeRequest: {
    summary: 'Tells who calls: verifies the access token or API key, and reads the rights in the team of X-Team-Id',
    needs: ['tokens:verify', 'table:read', 'table:write'],
  },
});

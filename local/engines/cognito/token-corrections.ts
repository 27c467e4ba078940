import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ServiceError } from '../json-rpc.ts';
import type { AccessClaims } from './access-token.ts';
import type { Engine } from './corrections.ts';
import { refuseWeakPassword } from './password-policy.ts';
import { mfaSettings } from './second-factor.ts';
import type { UserPoolClient } from './user-pools.ts';

type Caller = { claims: AccessClaims; client: UserPoolClient; directory: string };
type Correction = (input: unknown, caller: Caller, engine: Engine) => Promise<object>;

const PasswordChange = z.looseObject({ PreviousPassword: z.string(), ProposedPassword: z.string() });
const PoolFile = z.object({
  Users: z.record(z.string(), z.object({ RefreshTokens: z.array(z.string()).default([]) })),
});
const Code = z.looseObject({ UserCode: z.string() });
const Preference = z.looseObject({
  SoftwareTokenMfaSettings: z.object({ Enabled: z.boolean().default(false) }).optional(),
});
const anything = z.looseObject({});

/** The same for actions that a signed-in user takes with an access token, which is verified before they run. */
export const tokenCorrections: Readonly<Record<string, Correction>> = {
  async GetUser(input, { claims: { username } }, { ask, softwareTokens }) {
    const user = await ask('GetUser', anything.parse(input), anything);
    return { ...user, ...mfaSettings(username, softwareTokens) };
  },

  async ChangePassword(input, { client }, { ask }) {
    const change = PasswordChange.parse(input);
    refuseWeakPassword(change.ProposedPassword, client.pool.passwords);
    return ask('ChangePassword', change, anything).catch((error: unknown) => {
      const isWrong = error instanceof ServiceError && error.name === 'InvalidPasswordException';
      throw isWrong ? new ServiceError('NotAuthorizedException', 'Incorrect username or password.') : error;
    });
  },

  /** Ends every refresh token of the user. Access tokens stay good until they expire, for whoever only checks their signature. */
  async GlobalSignOut(_, { claims, client, directory }, { ask }) {
    const file = join(directory, '.cognito/db', `${client.pool.id}.json`);
    const { Users } = PoolFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const Token of Users[claims.username]?.RefreshTokens ?? [])
      await ask('RevokeToken', { Token, ClientId: client.id }, anything);
    return {};
  },

  async AssociateSoftwareToken(_, { claims: { username } }, { softwareTokens }) {
    return { SecretCode: softwareTokens.associate(username) };
  },

  async VerifySoftwareToken(input, { claims: { username } }, { softwareTokens }) {
    softwareTokens.verify(username, Code.parse(input).UserCode);
    return { Status: 'SUCCESS' };
  },

  async SetUserMFAPreference(input, { claims: { username } }, { softwareTokens }) {
    const { SoftwareTokenMfaSettings: settings } = Preference.parse(input);
    if (settings) softwareTokens.turn(username, settings.Enabled);
    return {};
  },
};

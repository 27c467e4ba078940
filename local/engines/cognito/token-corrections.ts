import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ServiceError } from '../json-rpc.ts';
import type { AccessClaims } from './access-token.ts';
import type { Ask } from './corrections.ts';
import { refuseWeakPassword } from './password-policy.ts';
import type { UserPoolClient } from './user-pools.ts';

type Caller = { claims: AccessClaims; client: UserPoolClient; directory: string };
type Correction = (input: unknown, caller: Caller, ask: Ask) => Promise<object>;

const PasswordChange = z.looseObject({ PreviousPassword: z.string(), ProposedPassword: z.string() });
const PoolFile = z.object({
  Users: z.record(z.string(), z.object({ RefreshTokens: z.array(z.string()).default([]) })),
});
const anything = z.looseObject({});

/** The same for actions that a signed-in user takes with an access token, which is verified before they run. */
export const tokenCorrections: Readonly<Record<string, Correction>> = {
  GetUser: (input, _, ask) => ask('GetUser', anything.parse(input), anything),

  async ChangePassword(input, { client }, ask) {
    const change = PasswordChange.parse(input);
    refuseWeakPassword(change.ProposedPassword, client.pool.passwords);
    return ask('ChangePassword', change, anything).catch((error: unknown) => {
      const isWrong = error instanceof ServiceError && error.name === 'InvalidPasswordException';
      throw isWrong ? new ServiceError('NotAuthorizedException', 'Incorrect username or password.') : error;
    });
  },

  /** Ends every refresh token of the user. Access tokens stay good until they expire, for whoever only checks their signature. */
  async GlobalSignOut(_, { claims, client, directory }, ask) {
    const file = join(directory, '.cognito/db', `${client.pool.id}.json`);
    const { Users } = PoolFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const Token of Users[claims.username]?.RefreshTokens ?? [])
      await ask('RevokeToken', { Token, ClientId: client.id }, anything);
    return {};
  },
};

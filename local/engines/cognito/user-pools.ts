import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { flag } from '../../template/flag.ts';
import type { Resource, Resources } from '../../template/resources.ts';

const PasswordPolicy = z.object({
  MinimumLength: z.coerce.number().default(8),
  RequireLowercase: flag.default(false),
  RequireUppercase: flag.default(false),
  RequireNumbers: flag.default(false),
  RequireSymbols: flag.default(false),
});
export type PasswordPolicy = z.infer<typeof PasswordPolicy>;

/** What Cognito asks of passwords when a template says nothing. */
const strictest = {
  MinimumLength: 8,
  RequireLowercase: true,
  RequireUppercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
};

const Pool = z.object({
  UsernameAttributes: z.array(z.string()).optional(),
  AliasAttributes: z.array(z.string()).optional(),
  AutoVerifiedAttributes: z.array(z.string()).optional(),
  MfaConfiguration: z.string().default('OFF'),
  UsernameConfiguration: z.object({ CaseSensitive: flag }).optional(),
  Policies: z.object({ PasswordPolicy: PasswordPolicy.optional() }).optional(),
});
const Client = z.object({
  UserPoolId: z.string(),
  ClientName: z.string().optional(),
  ExplicitAuthFlows: z.array(z.string()).default([]),
  PreventUserExistenceErrors: z.enum(['ENABLED', 'LEGACY']).default('LEGACY'),
  AccessTokenValidity: z.coerce.number().default(1),
  IdTokenValidity: z.coerce.number().default(1),
  RefreshTokenValidity: z.coerce.number().default(30),
  TokenValidityUnits: z
    .object({ AccessToken: z.string(), IdToken: z.string(), RefreshToken: z.string() })
    .partial()
    .default({}),
});

export type UserPool = {
  id: string;
  foldsCase: boolean;
  passwords: PasswordPolicy;
  options: Resource<z.infer<typeof Pool>>;
};
export type UserPoolClient = {
  id: string;
  hidesUsers: boolean;
  allowsPasswords: boolean;
  pool: UserPool;
  options: Resource<z.infer<typeof Client>>;
};

/** The app clients of the template by their id, each with its pool. */
export function readUserPools(resources: Resources) {
  const pools = new Map<string, UserPool>(
    resources.list('AWS::Cognito::UserPool', Pool).map((pool) => {
      const { UsernameConfiguration, Policies } = pool.properties;
      const passwords = Policies?.PasswordPolicy ?? strictest;
      return [
        pool.ref,
        { id: pool.ref, foldsCase: UsernameConfiguration?.CaseSensitive === false, passwords, options: pool },
      ];
    }),
  );
  const clients = resources.list('AWS::Cognito::UserPoolClient', Client).flatMap((client): UserPoolClient[] => {
    const pool = pools.get(client.properties.UserPoolId);
    const { ExplicitAuthFlows: flows, PreventUserExistenceErrors } = client.properties;
    const allowsPasswords = flows.some((flow) => flow.endsWith('USER_PASSWORD_AUTH'));
    const hidesUsers = PreventUserExistenceErrors === 'ENABLED';
    return pool === undefined ? [] : [{ id: client.ref, hidesUsers, allowsPasswords, pool, options: client }];
  });
  return { pools, clients: new Map(clients.map((client) => [client.id, client])) };
}
export type UserPools = ReturnType<typeof readUserPools>;

/** Writes the engine's files: pools once, since their users are in the same file; clients each time. */
export function writeEngineFiles({ pools, clients }: UserPools, directory: string, region: string) {
  const database = join(directory, '.cognito/db');
  mkdirSync(database, { recursive: true });
  const config = {
    TokenConfig: { IssuerDomain: `https://cognito-idp.${region}.amazonaws.com` },
    UserPoolDefaults: { UsernameAttributes: [] },
  };
  writeFileSync(join(directory, '.cognito/config.json'), JSON.stringify(config));
  for (const { id, options } of pools.values()) {
    const file = join(database, `${id}.json`);
    if (!existsSync(file))
      writeFileSync(file, JSON.stringify({ Users: {}, Options: poolOptions(id, options.properties) }));
  }
  const all = [...clients.values()].map(({ id, pool, options }) => [
    id,
    clientOptions(id, pool.id, options.properties),
  ]);
  writeFileSync(join(database, 'clients.json'), JSON.stringify({ Clients: Object.fromEntries(all) }));
}

const poolOptions = (Id: string, { UsernameAttributes, AliasAttributes, ...pool }: z.infer<typeof Pool>) => ({
  Id,
  UsernameAttributes: UsernameAttributes ?? AliasAttributes ?? [],
  AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
  MfaConfiguration: pool.MfaConfiguration,
});

function clientOptions(ClientId: string, UserPoolId: string, client: z.infer<typeof Client>) {
  const { TokenValidityUnits: units, ...validity } = client;
  return {
    ClientId,
    UserPoolId,
    ClientName: validity.ClientName ?? ClientId,
    AccessTokenValidity: validity.AccessTokenValidity,
    IdTokenValidity: validity.IdTokenValidity,
    RefreshTokenValidity: validity.RefreshTokenValidity,
    TokenValidityUnits: {
      AccessToken: units.AccessToken ?? 'hours',
      IdToken: units.IdToken ?? 'hours',
      RefreshToken: units.RefreshToken ?? 'days',
    },
    RefreshTokens: [],
  };
}

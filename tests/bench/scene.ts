import * as z from 'zod';
import { connectionTable } from '../../functions/connections/connection-table.ts';
import { handler as authorizeRequest } from '../../functions/identity/authorize-request.ts';
import { userTable } from '../../functions/identity/user-table.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { dynamoTable } from '../../functions/runtime/table.ts';
import { newTeamWrites } from '../../functions/teams/public.ts';
import type { Caller } from './call-event.ts';

/** Who calls: a user of the stack with a session of its own. */
export const Someone = z.object({
  accessToken: z.string(),
  id: z.string(),
  email: z.string(),
  name: z.string(),
  timeZone: z.string(),
  teamId: z.string(),
});
export type Someone = z.infer<typeof Someone>;

export type Scene = { caller: Caller; authorize: () => Promise<Caller>; connectionIds: string[] };

const createdAt = '2030-01-01T12:00:00.000Z';
const Authorized = z.object({ context: z.record(z.string(), z.coerce.string()) });

/** A user in a team with one account on each platform, and what the authorizer says of that user. */
export async function setScene({ accessToken, teamId, ...user }: Someone): Promise<Scene> {
  // On the largest plan: the bench makes more requests than others allow in an hour.
  const team = newTeamWrites({ id: teamId, name: user.name, createdAt }, user.id, 'enterprise');
  await userTable().create({ ...user, createdAt }, team);
  const identitySource = [`Bearer ${accessToken}`, teamId];
  const authorize = async () => Authorized.parse(await authorizeRequest({ identitySource })).context;
  const connectionIds = [await connect(teamId, 'mastodon'), await connect(teamId, 'bluesky')];
  return { caller: await authorize(), authorize, connectionIds };
}

async function connect(teamId: string, platform: 'mastodon' | 'bluesky'): Promise<string> {
  const id = newId('conn');
  const server = `https://${platform}.example`;
  await connectionTable(dynamoTable()).insert({
    id,
    teamId,
    platform,
    accountId: '1',
    accountKey: `${server}#1`,
    accountName: 'ada',
    accountUrl: `${server}/ada`,
    server,
    state: 'active',
    isEnabled: true,
    name: null,
    avatarUrl: null,
    lastCheckedAt: null,
    health: { status: 'unknown', reason: null },
    revision: 0,
    scopes: [],
    createdAt,
    textLimits: { unit: 'graphemes', max: 300, maxBytes: 3000, urlLength: null },
    tokenExpiresAt: null,
    tokenIsRenewable: false,
    tokenDueAt: null,
    endToldOf: null,
    sealedSecret: 'never opened here',
    secretVersion: 1,
    renewingUntil: '',
  });
  return id;
}

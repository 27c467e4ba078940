import * as z from 'zod';
import { InstagramLogin, PlatformId } from '../platforms/contract.ts';
import { addSeconds, unixSeconds } from '../runtime/clock.ts';
import { ConditionFailed, dynamoTable, type Table } from '../runtime/table.ts';
import { StoredApp } from './app-table.ts';

/** A consent that was asked for: whoever brings its state and a code back gets the account. */
export const StoredAuthorization = StoredApp.omit({ reservedUntil: true })
  .partial({ sealedClientSecret: true })
  .extend({
    platform: PlatformId,
    login: InstagramLogin.optional(),
    teamId: z.string(),
    userId: z.string(),
    state: z.string(),
    /** PKCE code verifier; of no use without the code and the app's secret. */
    verifier: z.string(),
    /** What the calls of this consent are signed with, where the platform has that. */
    sealedSessionKey: z.string().optional(),
    /** The account that was named: the consent of another is refused. */
    account: z.object({ id: z.string(), name: z.string() }).optional(),
    /** The connection that is to be given the access, and nothing else. */
    connectionId: z.string().optional(),
  });
export type StoredAuthorization = z.infer<typeof StoredAuthorization>;

/** As long as Mastodon's own codes work. */
const validSeconds = 600;

// One authorization    pk TEAM#<team>  sk AUTHSTATE#<state>
const rowKey = (teamId: string, state: string) => ({ pk: `TEAM#${teamId}`, sk: `AUTHSTATE#${state}` });

export function authorizationTable(table: Table = dynamoTable()) {
  return {
    async insert(authorization: StoredAuthorization, now: Date): Promise<void> {
      const { teamId, state } = authorization;
      const expiresAt = unixSeconds(addSeconds(now, validSeconds));
      await table.insert({ ...rowKey(teamId, state), entity: 'authState', v: 1, expiresAt, ...authorization });
    },

    /** Gives an authorization to the user it was made for, on its platform, once, and in time. The row stays marked until it expires. */
    async take(
      { teamId, userId, state, platform }: Pick<StoredAuthorization, 'teamId' | 'userId' | 'state' | 'platform'>,
      now: Date,
    ): Promise<StoredAuthorization | undefined> {
      const isGood = { userId, platform, usedAt: 'absent', expiresAt: { atLeast: unixSeconds(now) } } as const;
      const change = { set: { usedAt: now.toISOString() } };
      try {
        return StoredAuthorization.parse(await table.update(rowKey(teamId, state), change, isGood));
      } catch (error) {
        if (error instanceof ConditionFailed) return undefined;
        throw error;
      }
    },
  };
}
export type AuthorizationTable = ReturnType<typeof authorizationTable>;

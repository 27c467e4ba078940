import * as z from 'zod';
import { InstagramLogin, PlatformId } from '../platforms/contract.ts';
import { addSeconds, unixSeconds } from '../runtime/clock.ts';
import { ConditionFailed, dynamoTable, type Table } from '../runtime/table.ts';
import type { Condition } from '../runtime/table-expressions.ts';
import { StoredApp } from './app-table.ts';
import { held } from './held.ts';

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
    /** The page of a frontend that the user is sent on to, where the answer comes to us. */
    returnTo: z.string().optional(),
    /** The answer that came to us: the code, and who says so where the platform tells. */
    sealedCode: z.string().optional(),
    issuer: z.string().optional(),
  });
export type StoredAuthorization = z.infer<typeof StoredAuthorization>;

/** A consent whose answer is awaited by us. */
const WaitingAuthorization = StoredAuthorization.required({ returnTo: true }).extend({
  usedAt: z.undefined().optional(),
  answeredAt: z.undefined().optional(),
  expiresAt: z.number(),
});
export type WaitingAuthorization = z.infer<typeof WaitingAuthorization>;

/** What comes back is a code, known to whoever has the ticket, or a no, which ends the consent. */
export type KeptAnswer = { sealedCode: string; issuer: string | undefined; ticketDigest: string } | 'none';

type Taker = Pick<StoredAuthorization, 'teamId' | 'userId' | 'state' | 'platform'> & {
  /** Of who brings no code, since it was kept by us. */
  ticketDigest?: string | undefined;
};

/** As long as Mastodon's own codes work. */
const validSeconds = 600;

// One authorization    pk TEAM#<team>  sk AUTHSTATE#<state>
const rowKey = (teamId: string, state: string) => ({ pk: `TEAM#${teamId}`, sk: `AUTHSTATE#${state}` });

const isUsable = (now: Date) => ({ usedAt: 'absent', expiresAt: { atLeast: unixSeconds(now) } }) as const;

export function authorizationTable(table: Table = dynamoTable()) {
  return {
    async insert(authorization: StoredAuthorization, now: Date): Promise<void> {
      const { teamId, state } = authorization;
      const expiresAt = unixSeconds(addSeconds(now, validSeconds));
      await table.insert({ ...rowKey(teamId, state), entity: 'authState', v: 1, expiresAt, ...authorization });
    },

    /** One whose answer is to come to us and has not yet. */
    async findWaiting(teamId: string, state: string, now: Date): Promise<WaitingAuthorization | undefined> {
      const waiting = WaitingAuthorization.safeParse(await table.get(rowKey(teamId, state))).data;
      return waiting && waiting.expiresAt >= unixSeconds(now) ? waiting : undefined;
    },

    /** Keeps what came back, once; false where that was done already, or time is over. */
    async answer({ teamId, state }: WaitingAuthorization, answer: KeptAnswer, now: Date): Promise<boolean> {
      const at = now.toISOString();
      const set = answer === 'none' ? { answeredAt: at, usedAt: at } : { answeredAt: at, ...answer };
      const isAwaited = { answeredAt: 'absent', ...isUsable(now) } as const;
      return held(table.update(rowKey(teamId, state), { set }, isAwaited));
    },

    /** Gives an authorization to the user it was made for, on its platform, once, and in time. The row stays marked until it expires. */
    async take(
      { teamId, userId, state, platform, ticketDigest }: Taker,
      now: Date,
    ): Promise<StoredAuthorization | undefined> {
      const isShown: Condition = ticketDigest === undefined ? { returnTo: 'absent' } : { ticketDigest };
      const isGood = { userId, platform, ...isShown, ...isUsable(now) };
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

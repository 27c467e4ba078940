import * as z from 'zod';
import { PlatformId, PostLimit, TextLimits } from '../platforms/contract.ts';
import { dueIndex, notDue } from '../runtime/due-index.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';
import type { Condition } from '../runtime/table-expressions.ts';
import { notDeleted } from '../teams/public.ts';
import { held } from './held.ts';
import { AccessState, Connection, ConnectionHealth, lostStates } from './schemas.ts';
import { TokenTimes } from './token-times.ts';

/** A connection as other domains may know it: with the limits that its server sets, without its secret. */
export const TargetConnection = Connection.omit({ missingScopes: true, settings: true, limits: true }).extend({
  state: AccessState,
  /** False: the team has switched it off. */
  isEnabled: z.boolean().default(true),
  name: Connection.shape.name.default(null),
  avatarUrl: Connection.shape.avatarUrl.default(null),
  lastCheckedAt: Connection.shape.lastCheckedAt.default(null),
  health: ConnectionHealth.default({ status: 'unknown', reason: null }),
  textLimits: TextLimits,
  /** What the platform last said of this account, where it says that; others have what it publishes for all. */
  postLimit: PostLimit.optional(),
  ...TokenTimes.pick({ tokenExpiresAt: true, tokenIsRenewable: true }).shape,
});
export type TargetConnection = z.infer<typeof TargetConnection>;

export const StoredConnection = TargetConnection.extend({
  teamId: z.string(),
  accountKey: z.string(),
  /** Where one consent opens several accounts: which one it was. */
  grantKey: z.string().optional(),
  grantPlatform: PlatformId.optional(),
  /** Tokens sealed for this team and connection; the version counts their renewals. */
  sealedSecret: z.string(),
  secretVersion: z.number().int(),
  /** Until then somebody is renewing them; empty when nobody is. */
  renewingUntil: z.union([z.literal(''), z.iso.datetime()]).default(''),
  ...TokenTimes.pick({ tokenDueAt: true, endToldOf: true }).shape,
  /** Counts what the team has changed. */
  revision: z.number().int().default(0),
});
export type StoredConnection = z.infer<typeof StoredConnection>;

export type Holder = Pick<StoredConnection, 'teamId' | 'id' | 'platform' | 'accountKey' | 'grantKey' | 'grantPlatform'>;
type Name = Pick<StoredConnection, 'teamId' | 'id'>;
/** Sealed tokens, and what is known of them. */
export type KeptTokens = Pick<StoredConnection, 'sealedSecret' | keyof TokenTimes>;
type Lease = { now: Date; until: Date };
type Renewing = { kind: 'yours' } | { kind: 'taken'; stored: StoredConnection } | { kind: 'gone' };

/** What connecting an account again gives its connection. */
export type Renewal = KeptTokens &
  Pick<
    StoredConnection,
    | 'accountName'
    | 'accountUrl'
    | 'avatarUrl'
    | 'server'
    | 'scopes'
    | 'textLimits'
    | 'grantKey'
    | 'grantPlatform'
    | 'lastCheckedAt'
    | 'health'
  >;

/** The account is connected to the team already, by this connection. */
export class AlreadyConnected extends Error {
  readonly connectionId: string;
  constructor(connectionId: string) {
    super('the account is connected already');
    this.connectionId = connectionId;
  }
}

/** The team has as many connections as it may have. */
export class NoPlaceLeft extends Error {
  constructor() {
    super('no place is left');
  }
}

// One connection        pk TEAM#<team>  sk CONN#<id>
// Team's connections    pk TEAM#<team>  sk begins CONN#   ids are time-ordered, so newest first is a reverse read
// An account once only  pk TEAM#<team>  sk ACCOUNT#<platform>#<account key>
// Tokens that are due   gsi1 (runtime/due-index.ts), kind TOKEN#<platform>, while something is to be done about them
// Who lives on a grant  pk ACCOUNT#<platform of the grant>#<grant key, else account key>  sk TEAM#<team>#<id>   it ends with the last of them
export const connectionKey = ({ teamId, id }: Name) => ({ pk: `TEAM#${teamId}`, sk: `CONN#${id}` });
const accountRowKey = ({ teamId, platform, accountKey }: StoredConnection) => ({
  pk: `TEAM#${teamId}`,
  sk: `ACCOUNT#${platform}#${accountKey}`,
});
const holderKey = ({ teamId, id, platform, accountKey, grantKey, grantPlatform = platform }: Holder) => ({
  pk: `ACCOUNT#${grantPlatform}#${grantKey ?? accountKey}`,
  sk: `TEAM#${teamId}#${id}`,
});
const holderRow = (connection: StoredConnection) => ({ ...holderKey(connection), entity: 'accountHolder', v: 1 });

/** One key for each platform: none can hold up the others, and its tokens are renewed a few a second at most. */
export const dueTokens = (platform: PlatformId) => dueIndex(`TOKEN#${platform}`, 1);
export const tokenKeys = ({ platform, id }: Pick<StoredConnection, 'platform' | 'id'>, dueAt: string | null) => ({
  tokenDueAt: dueAt,
  ...(dueAt === null ? notDue : dueTokens(platform).keys(id, dueAt)),
});
const AccountRow = z.object({ connectionId: z.string() });

/** More than any team has. */
const countLimit = 10_000;

/** As many as one read finds. */
const holdersRead = 100;

export function connectionTable(table: Table = dynamoTable()) {
  return {
    /**
     * Throws `AlreadyConnected` when the team has this account, `NoPlaceLeft` when `place` does not hold: the write that
     * lets it into the team. A team that was deleted just now gets no new ones.
     */
    async insert(connection: StoredConnection, place: Write = notDeleted(connection.teamId)): Promise<void> {
      const key = connectionKey(connection);
      const due = tokenKeys(connection, connection.tokenDueAt);
      const row = { ...key, entity: 'connection', v: 1, ...connection, ...due };
      const account = { ...accountRowKey(connection), entity: 'account', v: 1, connectionId: connection.id };
      try {
        const holder = { put: holderRow(connection) };
        await table.transact([{ insert: account }, { insert: row }, place, holder]);
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const first = AccountRow.safeParse(error.rows.get(0));
        if (first.success) throw new AlreadyConnected(first.data.connectionId);
        const team = error.rows.get(2);
        if (team && team.deletedAt === undefined) throw new NoPlaceLeft();
        throw new Fault(commonFaults['auth.not_a_member'], { cause: error });
      }
    },

    async find(teamId: string, id: string): Promise<StoredConnection | undefined> {
      return StoredConnection.optional().parse(await table.get(connectionKey({ teamId, id })));
    },

    /** Those that exist among at most 100 ids, in no order. */
    async findMany(teamId: string, ids: readonly string[]): Promise<StoredConnection[]> {
      const rows = await table.getMany([...new Set(ids)].map((id) => connectionKey({ teamId, id })));
      return z.array(StoredConnection).parse(rows);
    },

    /** Newest first, fewer than `limit` where they are large; `next` is the id after which the following page begins, undefined on the last. */
    async list(teamId: string, { limit, after }: { limit: number; after?: string | undefined }) {
      const { pk } = connectionKey({ teamId, id: '' });
      const from = after === undefined ? undefined : connectionKey({ teamId, id: after });
      const { rows, isLast } = await table.page({ pk, begins: 'CONN#', reverse: true, limit, after: from });
      const connections = z.array(StoredConnection).parse(rows);
      return { connections, next: isLast ? undefined : connections.at(-1)?.id };
    },

    /** How many the team has, by reading them all: for teams in which they are not counted yet. */
    async count(teamId: string): Promise<number> {
      const { pk } = connectionKey({ teamId, id: '' });
      return (await table.query({ pk, begins: 'CONN#', limit: countLimit })).length;
    },

    /** Lets one caller at a time renew the tokens of `version`; else gives the row as it is, or that it is gone. */
    async beginRenewal({ teamId, id }: Name, version: number, { now, until }: Lease): Promise<Renewing> {
      const isFree = { secretVersion: version, renewingUntil: { atMost: now.toISOString() } };
      try {
        await table.update(connectionKey({ teamId, id }), { set: { renewingUntil: until.toISOString() } }, isFree);
        return { kind: 'yours' };
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const stored = StoredConnection.optional().parse(error.rows.get(0));
        return stored ? { kind: 'taken', stored } : { kind: 'gone' };
      }
    },

    /** Lets others try at once where renewing failed. */
    async endRenewal({ teamId, id }: Name, version: number): Promise<void> {
      await held(
        table.update(connectionKey({ teamId, id }), { set: { renewingUntil: '' } }, { secretVersion: version }),
      );
    },

    /** Keeps renewed tokens. False when others were stored since `version`, or the connection is gone. */
    saveSecret(connection: StoredConnection, version: number, tokens: KeptTokens): Promise<boolean> {
      const set = { ...tokens, ...tokenKeys(connection, tokens.tokenDueAt), renewingUntil: '' };
      const key = connectionKey(connection);
      return held(table.update(key, { set, add: { secretVersion: 1 } }, { secretVersion: version }));
    },

    /** False when it needed that already, was given other tokens since `version`, or is gone. */
    needReconnect(teamId: string, id: string, version?: number): Promise<boolean> {
      const sameTokens = version !== undefined && { secretVersion: version };
      const change = { set: { state: 'needs_reconnect', tokenDueAt: null, ...notDue } };
      return held(table.update(connectionKey({ teamId, id }), change, { state: 'active', ...sameTokens }));
    },

    /** Gives a connection new tokens that needs them, or in any state; undefined when it needs none (any more), or is gone. */
    async renew(
      first: StoredConnection,
      renewal: Renewal,
      when: 'lost' | 'any state' = 'lost',
    ): Promise<StoredConnection | undefined> {
      const key = connectionKey(first);
      const due = tokenKeys(first, renewal.tokenDueAt);
      const change = { set: { ...renewal, ...due, state: 'active', renewingUntil: '' }, add: { secretVersion: 1 } };
      const isWanted: Condition = when === 'lost' ? { state: { in: lostStates } } : {};
      const holders = { old: holderKey(first), new: holderRow({ ...first, ...renewal }) };
      try {
        if (holders.old.pk === holders.new.pk) return StoredConnection.parse(await table.update(key, change, isWanted));
        // Another user's consent is what opens the account from now on.
        await table.transact([{ update: key, change, if: isWanted }, { delete: holders.old }, { put: holders.new }]);
        return StoredConnection.parse(await table.get(key));
      } catch (error) {
        if (error instanceof ConditionFailed) return undefined;
        throw error;
      }
    },

    /** Whether another connection lives on the same token or consent. */
    async hasOtherHolders(connection: Holder): Promise<boolean> {
      const own = holderKey(connection);
      const holders = await table.query({ pk: own.pk, begins: 'TEAM#', limit: 2 });
      return holders.some(({ sk }) => sk !== own.sk);
    },

    /** The connections of the team that live on the same consent, this one too. */
    async listOnGrant(connection: Holder): Promise<StoredConnection[]> {
      const { teamId } = connection;
      const begins = `TEAM#${teamId}#`;
      const holders = await table.query({ pk: holderKey(connection).pk, begins, limit: holdersRead });
      const ids = holders.map(({ sk }) => String(sk).slice(begins.length));
      return z.array(StoredConnection).parse(await table.getMany(ids.map((id) => connectionKey({ teamId, id }))));
    },

    /** With what is written along with it, all or nothing. False when it is gone already. */
    delete(connection: StoredConnection, also: readonly Write[] = []): Promise<boolean> {
      const row = connectionKey(connection);
      const others = [{ delete: accountRowKey(connection) }, { delete: holderKey(connection) }];
      return held(table.transact([{ delete: row, if: { pk: 'present' } }, ...others, ...also]));
    },
  };
}
export type ConnectionTable = ReturnType<typeof connectionTable>;

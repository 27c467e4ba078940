import { createHash } from 'node:crypto';
import * as z from 'zod';
import { now as clock, type Now, unixSeconds } from './clock.ts';
import { commonFaults, Fault, faultStatus } from './fault.ts';
import { ConditionFailed, dynamoTable, type Row, type Table } from './table.ts';

/** What is kept of a reply, to be given again word for word. */
const KeptReply = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
});
export type KeptReply = z.infer<typeof KeptReply>;

const StoredRequest = z.object({ fingerprint: z.string(), expiresAt: z.number(), reply: KeptReply.optional() });

export type KeyedRequest = { owner: string; key: string; operation: string; content: string };
/** Keeps the reply for the key, or gives the key free. */
export type Settle = (reply: KeptReply) => Promise<void>;
/** The reply that was given before, or what is to be done with the one to come. */
type Taken = { reply: KeptReply } | { settle: Settle };

const keptSeconds = 24 * 3600;
const askToTryAgain: readonly number[] = [faultStatus.too_many, faultStatus.unavailable];
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

// One request with an Idempotency-Key   pk TEAM#<team>#REQUESTS or USER#<user>#REQUESTS  sk <digest of the key>   TTL 24 h
const requestKey = ({ owner, key }: Pick<KeyedRequest, 'owner' | 'key'>) => ({
  pk: `${owner}#REQUESTS`,
  sk: digest(key),
});

/**
 * Lets a request with an `Idempotency-Key` run once. The key is taken before anything is done, so of two at the same time
 * one runs. A run that died leaves its key taken: nobody knows what it did, and running it again could do it twice.
 */
export function idempotency(table: Table = dynamoTable(), now: Now = clock) {
  return {
    async take(request: KeyedRequest): Promise<Taken> {
      const at = unixSeconds(now());
      const fingerprint = digest(`${request.operation}\n${request.content}`);
      const row = { ...requestKey(request), entity: 'request', v: 1, fingerprint, expiresAt: at + keptSeconds };
      const earlier = await begin(table, row, at);
      if (earlier) return { reply: replayed(earlier, fingerprint) };
      return {
        async settle(reply) {
          // These say that nothing was done and ask to try again: by the same key.
          if (askToTryAgain.includes(reply.statusCode)) await table.delete(row);
          else await table.put({ ...row, reply });
        },
      };
    },
  };
}
export type Idempotency = ReturnType<typeof idempotency>;

/** The row that is there already, unless it has expired and only waits for its deletion. */
async function begin(table: Table, row: Row & { pk: string; sk: string }, at: number): Promise<Row | undefined> {
  try {
    await table.insert(row);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const stored = error.rows.get(0) ?? {};
    return StoredRequest.parse(stored).expiresAt > at ? stored : renew(table, row, at);
  }
}

/** Of several requests that find the row expired, one goes on. */
async function renew(table: Table, row: Row & { pk: string; sk: string }, at: number): Promise<Row | undefined> {
  try {
    await table.put(row, { expiresAt: { atMost: at } });
    return undefined;
  } catch (error) {
    if (error instanceof ConditionFailed) return error.rows.get(0);
    throw error;
  }
}

function replayed(stored: Row, fingerprint: string): KeptReply {
  const { fingerprint: first, reply } = StoredRequest.parse(stored);
  if (first !== fingerprint) throw new Fault(commonFaults['idempotency.key_reused']);
  if (!reply) throw new Fault(commonFaults['idempotency.in_progress']);
  return { ...reply, headers: { ...reply.headers, 'idempotent-replayed': 'true' } };
}

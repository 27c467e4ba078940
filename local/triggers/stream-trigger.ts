import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { KeptFile } from '../engines/kept-file.ts';
import type { FunctionPool } from '../functions/function-pool.ts';
import { InvocationFailed } from '../functions/invocation.ts';
import { failedItems, type Mapping } from './mappings.ts';
import type { QueueClient } from './queue-client.ts';
import type { Position, Shard, StreamClient, StreamRecord } from './stream-client.ts';
import type { WriteSignal } from './write-signal.ts';

/** The last record that each mapping is done with; kept with the table's data, so that a restart goes on from there. */
export const Checkpoints = z.record(z.string(), z.string());

type Parts = {
  pool: FunctionPool;
  queues: QueueClient;
  streams: StreamClient;
  checkpoints: KeptFile<z.infer<typeof Checkpoints>>;
  written: WriteSignal;
  /** Tables made by this very start: their streams are read from the first record. */
  newTables: readonly string[];
  onProblem: (text: string) => void;
};

const idleMs = 1_000;
/** After a write, for those that come with it. */
const gatherMs = 20;
/** How old a checkpoint may be that only leaves out what nobody wanted. */
const keptMs = 1_000;
const firstPauseMs = 200;
const longestPauseMs = 10_000;

/** Reads a table's stream for a function, in order, each record until it is done or given up. */
export function startStreamTrigger(mapping: Mapping, parts: Parts) {
  const { pool, streams, checkpoints, written, newTables, queues, onProblem } = parts;
  const abort = new AbortController();
  const table = mapping.sourceArn.split('/')[1] ?? '';
  const deliver = batchDelivery(mapping, { pool, queues, onProblem, signal: abort.signal });

  const readShard = async (shard: Shard) => {
    const key = `${mapping.id} ${shard.streamArn} ${shard.shardId}`;
    const done = checkpoints.get()[key];
    const keep = keeper(checkpoints, key);
    const fresh: Position = { at: newTables.includes(table) ? 'TRIM_HORIZON' : mapping.startsAt };
    let iterator: string | undefined = await streams.iterator(shard, done === undefined ? fresh : { after: done });
    while (iterator !== undefined && !abort.signal.aborted) {
      const { records, next }: Awaited<ReturnType<StreamClient['read']>> = await streams.read(iterator);
      iterator = next;
      if (records.length === 0) {
        await written.wait(idleMs);
        await sleep(gatherMs);
      }
      for (let start = 0; start < records.length && !abort.signal.aborted; start += mapping.batchSize) {
        const batch = records.slice(start, start + mapping.batchSize);
        const wanted = batch.filter(mapping.accepts);
        if (wanted.length > 0) await deliver(wanted, shard);
        const last = batch.at(-1)?.dynamodb.SequenceNumber;
        if (last !== undefined && !abort.signal.aborted) keep(last, wanted.length > 0);
      }
    }
  };
  const read = async () => {
    const shards = await streams.shards(table);
    if (shards.length === 0) throw new Error(`the table ${table} has no stream`);
    await Promise.all(shards.map(readShard));
  };
  read().catch((error: unknown) => {
    if (!abort.signal.aborted)
      onProblem(`${mapping.id} stopped reading: ${error instanceof Error ? error.message : error}`);
  });
  return {
    stop: () => {
      abort.abort();
      written.notify();
    },
  };
}

/** Writes down the last record that is done: at once when it matters, else now and then, since every write costs. */
function keeper(checkpoints: Parts['checkpoints'], key: string) {
  let keptAt = 0;
  return (sequence: string, matters: boolean) => {
    if (!matters && Date.now() - keptAt < keptMs) return;
    checkpoints.set({ ...checkpoints.get(), [key]: sequence });
    keptAt = Date.now();
  };
}

type DeliveryParts = Pick<Parts, 'pool' | 'queues' | 'onProblem'> & { signal: AbortSignal };

/** Delivers one batch as a mapping on a stream does: retried, halved when asked to, and at last given up with a note. */
function batchDelivery(mapping: Mapping, { pool, queues, onProblem, signal }: DeliveryParts) {
  /** Gives the records that are not done. */
  const invoke = async (records: StreamRecord[]): Promise<StreamRecord[]> => {
    const result = await pool.invoke(
      mapping.functionArn,
      JSON.stringify({ Records: records.map(toEventRecord(mapping)) }),
    );
    if (!mapping.reportsItems) return [];
    const failed = failedItems(result, records.map(sequenceOf));
    // Order is kept: everything from the first failure on comes again.
    const first = failed === 'all' ? 0 : records.findIndex((record) => failed.includes(sequenceOf(record)));
    return first === -1 ? [] : records.slice(first);
  };
  const deliver = async (records: StreamRecord[], shard: Shard, attempt = 1): Promise<void> => {
    if (signal.aborted) return;
    const left = await invoke(records).catch((error: unknown) => {
      if (!(error instanceof InvocationFailed)) throw error;
      if (!signal.aborted) onProblem(`${mapping.id}: ${error.type}: ${error.message}`);
      return records;
    });
    if (left.length === 0 || signal.aborted) return;
    if (mapping.bisects && left.length > 1) {
      const middle = Math.ceil(left.length / 2);
      await deliver(left.slice(0, middle), shard);
      return deliver(left.slice(middle), shard);
    }
    if (mapping.retries >= 0 && attempt > mapping.retries) {
      onProblem(`${mapping.id} gave up ${left.length} records after ${attempt} attempts`);
      if (mapping.failureArn !== undefined)
        await queues.send(mapping.failureArn, lostBatch(mapping, { shard, records: left, attempt }));
      return;
    }
    await pause(attempt, signal);
    return deliver(left, shard, attempt + 1);
  };
  return deliver;
}

const sequenceOf = ({ dynamodb }: StreamRecord) => dynamodb.SequenceNumber;

const toEventRecord =
  ({ sourceArn }: Mapping) =>
  (record: StreamRecord) => ({
    ...record,
    eventSource: 'aws:dynamodb',
    eventSourceARN: sourceArn,
    awsRegion: sourceArn.split(':')[3],
  });

const pause = (attempt: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.min(firstPauseMs * 2 ** attempt, longestPauseMs));
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

type Lost = { shard: Shard; records: StreamRecord[]; attempt: number };

const lostBatch = (mapping: Mapping, { shard, records, attempt }: Lost) => ({
  version: '1.0',
  timestamp: new Date().toISOString(),
  requestContext: {
    requestId: randomUUID(),
    functionArn: mapping.functionArn,
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: attempt,
  },
  DDBStreamBatchInfo: {
    shardId: shard.shardId,
    startSequenceNumber: records.at(0)?.dynamodb.SequenceNumber,
    endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
    batchSize: records.length,
    streamArn: mapping.sourceArn,
  },
});

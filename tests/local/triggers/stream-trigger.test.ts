import { afterEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { keptFile } from '../../../local/engines/kept-file.ts';
import type { FunctionPool } from '../../../local/functions/function-pool.ts';
import { InvocationFailed } from '../../../local/functions/invocation.ts';
import { type Mapping, readMappings } from '../../../local/triggers/mappings.ts';
import type { QueueClient } from '../../../local/triggers/queue-client.ts';
import type { Position, StreamClient, StreamRecord } from '../../../local/triggers/stream-client.ts';
import { Checkpoints, startStreamTrigger } from '../../../local/triggers/stream-trigger.ts';
import { writeSignal } from '../../../local/triggers/write-signal.ts';
import { resourcesOf } from '../resources-of.ts';

const record = (sequence: number, entity = 'event'): StreamRecord => ({
  eventID: String(sequence),
  eventName: 'INSERT',
  awsRegion: 'elsewhere',
  dynamodb: { SequenceNumber: String(sequence), NewImage: { entity: { S: entity } } },
});

/** A stream of one shard whose iterators are the number of records read. */
function streamOf(records: StreamRecord[]): StreamClient & { starts: Position[] } {
  const starts: Position[] = [];
  return {
    starts,
    shards: async () => [{ streamArn: 'stream', shardId: 'shard' }],
    iterator: async (_, position) => {
      starts.push(position);
      if ('after' in position)
        return String(records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === position.after) + 1);
      return position.at === 'LATEST' ? String(records.length) : '0';
    },
    read: async (iterator) => ({ records: records.slice(Number(iterator)), next: String(records.length) }),
  };
}

let stop = () => {};
afterEach(() => stop());

type Setup = {
  records?: StreamRecord[];
  handle?: (sequences: number[]) => unknown;
  mapping?: Record<string, unknown>;
  checkpoints?: z.infer<typeof Checkpoints>;
  newTables?: string[];
};

function setup({
  records = [record(1), record(2), record(3), record(4)],
  handle,
  mapping = {},
  checkpoints = {},
  newTables = ['t'],
}: Setup) {
  const batches: number[][] = [];
  const events: { Records: Record<string, unknown>[] }[] = [];
  const lost: unknown[] = [];
  const problems: string[] = [];
  const properties = {
    EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/x',
    FunctionName: 'fn',
    ...mapping,
  };
  const resources = resourcesOf({ Mapping: { type: 'AWS::Lambda::EventSourceMapping', properties } });
  const [read] = readMappings(resources, (name) => `arn:${name}`) as [Mapping];
  const pool: Pick<FunctionPool, 'invoke'> = {
    invoke: async (_, event) => {
      const { Records } = JSON.parse(event);
      events.push({ Records });
      const sequences = Records.map((one: StreamRecord) => Number(one.dynamodb.SequenceNumber));
      batches.push(sequences);
      return JSON.stringify((await handle?.(sequences)) ?? null);
    },
  };
  const queues: Pick<QueueClient, 'send'> = { send: async (queue, body) => void lost.push({ queue, body }) };
  const kept = keptFile(undefined, Checkpoints, checkpoints);
  const streams = streamOf(records);
  const trigger = startStreamTrigger(read, {
    pool: pool as FunctionPool,
    queues: queues as QueueClient,
    streams,
    checkpoints: kept,
    written: writeSignal(),
    newTables,
    onProblem: (text) => problems.push(text),
  });
  stop = trigger.stop;
  return { batches, events, lost, problems, starts: streams.starts, checkpoint: () => Object.values(kept.get())[0] };
}

const refuse = (bad: number) => (sequences: number[]) => {
  if (sequences.includes(bad)) throw new InvocationFailed({ type: 'Error', message: 'no' });
};

describe('a stream that invokes a function', () => {
  test('delivers records in batches, in order, and remembers how far it is', async () => {
    const { batches, events, checkpoint } = setup({ mapping: { BatchSize: 3 } });
    await expect.poll(checkpoint).toBe('4');
    expect(batches).toEqual([[1, 2, 3], [4]]);
    expect(events[0]?.Records[0]).toMatchObject({
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/x',
    });
  });

  test('leaves out what its filters do not want, and is done with it all the same', async () => {
    const Pattern = JSON.stringify({ eventName: ['INSERT'], dynamodb: { NewImage: { entity: { S: ['event'] } } } });
    const records = [record(1), record(2, 'post'), record(3)];
    const { batches, checkpoint } = setup({ records, mapping: { FilterCriteria: { Filters: [{ Pattern }] } } });
    await expect.poll(checkpoint).toBe('3');
    expect(batches).toEqual([[1, 3]]);
  });

  test('goes on after the last record that was done', async () => {
    const { batches, checkpoint } = setup({ checkpoints: { 'test/Mapping stream shard': '2' } });
    await expect.poll(checkpoint).toBe('4');
    expect(batches).toEqual([[3, 4]]);
  });

  test.each([
    ['LATEST', ['t'], { at: 'TRIM_HORIZON' }],
    ['LATEST', [], { at: 'LATEST' }],
    ['TRIM_HORIZON', [], { at: 'TRIM_HORIZON' }],
  ])('starts %s, with new tables %j, at %j', async (StartingPosition, newTables, position) => {
    const { starts } = setup({ mapping: { StartingPosition }, newTables });
    await expect.poll(() => starts).toEqual([position]);
  });

  test('halves a failing batch until the bad record is alone, and gives it up with a note', async () => {
    const mapping = {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: 'arn:dead' } },
    };
    const { batches, lost, problems, checkpoint } = setup({ mapping, handle: refuse(3) });
    await expect.poll(checkpoint, { timeout: 5_000 }).toBe('4');
    expect(batches).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]]);
    expect(lost).toMatchObject([
      {
        queue: 'arn:dead',
        body: {
          requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
          DDBStreamBatchInfo: { startSequenceNumber: '3', endSequenceNumber: '3', batchSize: 1 },
        },
      },
    ]);
    expect(problems.at(-1)).toBe('test/Mapping gave up 1 records after 2 attempts');
  });

  test('comes again from the first reported failure on', async () => {
    let isFirst = true;
    const handle = () => {
      const failures = isFirst ? [{ itemIdentifier: '3' }] : [];
      isFirst = false;
      return { batchItemFailures: failures };
    };
    const { batches, checkpoint } = setup({ handle, mapping: { FunctionResponseTypes: ['ReportBatchItemFailures'] } });
    await expect.poll(checkpoint, { timeout: 5_000 }).toBe('4');
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [3, 4],
    ]);
  });

  test('does not move on from a failure it may retry for ever', async () => {
    const { batches, checkpoint } = setup({ handle: refuse(1) });
    await expect.poll(() => batches.length, { timeout: 5_000 }).toBeGreaterThan(2);
    expect(checkpoint()).toBeUndefined();
  });

  test('says so when it cannot read on', async () => {
    const { problems } = setup({
      handle: () => {
        throw new Error('a bug of ours');
      },
    });
    await expect.poll(() => problems).toEqual(['test/Mapping stopped reading: a bug of ours']);
  });
});

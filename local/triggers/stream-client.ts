import * as z from 'zod';
import { callJson, type Send, ServiceError } from '../engines/json-rpc.ts';

const StreamRecord = z.looseObject({
  eventID: z.string(),
  dynamodb: z.looseObject({ SequenceNumber: z.string(), ApproximateCreationDateTime: z.number().optional() }),
});
export type StreamRecord = z.infer<typeof StreamRecord>;

const Streams = z.object({ Streams: z.array(z.object({ StreamArn: z.string() })) });
const Description = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) });
const Iterator = z.object({ ShardIterator: z.string() });
const Page = z.object({ Records: z.array(StreamRecord), NextShardIterator: z.string().optional() });

export type Shard = { streamArn: string; shardId: string };
export type Position = { after: string } | { at: 'LATEST' | 'TRIM_HORIZON' };

/** Reads the streams of the DynamoDB engine, over its plain JSON protocol. */
export function streamClient(send: Send) {
  const call = <Schema extends z.ZodType>(action: string, input: object, answer: Schema) =>
    callJson(send, { target: `DynamoDBStreams_20120810.${action}`, input }, answer);

  return {
    async shards(table: string): Promise<Shard[]> {
      const { Streams: streams } = await call('ListStreams', { TableName: table }, Streams);
      const streamArn = streams.at(-1)?.StreamArn;
      if (streamArn === undefined) return [];
      const { StreamDescription } = await call('DescribeStream', { StreamArn: streamArn }, Description);
      return StreamDescription.Shards.map(({ ShardId }) => ({ streamArn, shardId: ShardId }));
    },
    async iterator({ streamArn, shardId }: Shard, position: Position): Promise<string> {
      const shard = { StreamArn: streamArn, ShardId: shardId };
      const start = 'at' in position ? { ShardIteratorType: position.at } : afterSequence(position.after);
      try {
        return (await call('GetShardIterator', { ...shard, ...start }, Iterator)).ShardIterator;
      } catch (error) {
        if (!(error instanceof ServiceError && error.name === 'TrimmedDataAccessException')) throw error;
        return (await call('GetShardIterator', { ...shard, ShardIteratorType: 'TRIM_HORIZON' }, Iterator))
          .ShardIterator;
      }
    },
    async read(iterator: string) {
      const { Records, NextShardIterator } = await call('GetRecords', { ShardIterator: iterator, Limit: 1000 }, Page);
      return { records: Records, next: NextShardIterator };
    },
  };
}
export type StreamClient = ReturnType<typeof streamClient>;

const afterSequence = (SequenceNumber: string) => ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber });

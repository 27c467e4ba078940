import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { metricsTable } from '../../../functions/analytics/metrics-table.ts';
import { postTable } from '../../../functions/posts/post-table.ts';
import type { StoredPublication } from '../../../functions/posts/publication.ts';
import { publicationTable } from '../../../functions/posts/publication-table.ts';
import { attemptTable } from '../../../functions/publishing/attempt-table.ts';
import { dueIndex } from '../../../functions/runtime/due-index.ts';
import { documentClient, type Table, tableOn } from '../../../functions/runtime/table.ts';
import { startDynamodb } from '../../../local/engines/dynamodb.ts';
import { startLifeline } from '../../../local/engines/lifeline.ts';
import type { LocalStack } from '../../../local/stack.ts';
import type { BenchLane } from './lanes.ts';
import { benchPost, planned } from './posts.ts';
import { inTurns } from './turns.ts';

const TableName = 'engine-alone';
const atOnce = 50;
const shards = 1;

/** Publications a second when nothing happens but the writes of each, against an engine of their own. */
export async function engineAlone(stack: LocalStack, lane: BenchLane, count: number): Promise<number> {
  const lifeline = startLifeline();
  const directory = mkdtempSync(join(tmpdir(), 'clientnest-engine-'));
  try {
    const table = await emptyTable(stack, await startDynamodb(lifeline, join(directory, 'dynamodb.db')));
    const posts = postTable(table, dueIndex('DUE', shards));
    const all = Array.from({ length: count }, () => planned(benchPost(lane, new Date())));
    await inTurns(all, atOnce, (one) => posts.insert(one));
    const writes = writesOn(table);
    const publications = all.flatMap((one) => one.publications);
    const startedAt = performance.now();
    await inTurns(publications, atOnce, writes);
    return count / ((performance.now() - startedAt) / 1000);
  } finally {
    await lifeline.release();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A table with the keys, indexes and stream of the deployed one. */
async function emptyTable({ awsUrl, region, credentials, resources }: LocalStack, engine: string): Promise<Table> {
  const place = { region, credentials };
  const [deployed] = resources.list('AWS::DynamoDB::Table', z.unknown());
  const ours = new DynamoDBClient({ ...place, endpoint: awsUrl });
  const { Table = {} } = await ours.send(new DescribeTableCommand({ TableName: deployed?.ref }));
  const alone = new DynamoDBClient({ ...place, endpoint: engine });
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, StreamSpecification } = Table;
  const indexes = GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  const input = { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes: indexes, StreamSpecification };
  await alone.send(new CreateTableCommand({ ...input, BillingMode: 'PAY_PER_REQUEST' }));
  return tableOn(documentClient(alone), TableName);
}

/** What is written for one publication, from its claim to the figures that will be read of it. */
function writesOn(table: Table) {
  const publications = publicationTable(table, dueIndex('DUE', shards));
  const attempts = attemptTable(table);
  const metrics = metricsTable(table, dueIndex('METRICS', shards));
  return async (publication: StoredPublication) => {
    const now = new Date();
    const result = await publications.claim(publication, { now, until: now, leaseSeconds: 70 });
    if (!('claimed' in result)) throw new Error('bench: not claimed');
    const { teamId, postId, connectionId, platform } = publication;
    const ref = { teamId, postId, connectionId };
    const beginning = { ...ref, part: 0, handle: postId, text: postId, retryClass: 'idempotent', at: now } as const;
    const attempt = await attempts.begin(beginning);
    const [platformPostId, url] = ['1', 'https://social.example/1'];
    await attempts.end(attempt, { state: 'accepted', answer: platformPostId, url, at: now });
    const publishedAt = now.toISOString();
    await publications.settle(result.claimed, { state: 'published', platformPostId, url, publishedAt, latenessMs: 0 });
    const figures = { likes: null, reposts: null, replies: null, fetchedAt: null };
    await metrics.track({ ...ref, platform, platformPostId, publishedAt, ...figures }, now);
  };
}

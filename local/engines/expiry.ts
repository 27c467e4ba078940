import * as z from 'zod';
import type { Resources } from '../template/resources.ts';
import { callJson, type Send, ServiceError } from './json-rpc.ts';
import { tablesOf } from './tables.ts';

const Page = z.object({
  Items: z.array(z.record(z.string(), z.unknown())),
  LastEvaluatedKey: z.record(z.string(), z.unknown()).optional(),
});
const KeySchema = z.array(z.object({ AttributeName: z.string() }));

const everyMinute = 60_000;

/**
 * Deletes rows past their time to live, which the engine leaves to others. On AWS this comes up to days late, here
 * within a minute; the stream shows a deletion without the mark of the service.
 */
export function startExpiry(resources: Resources, send: Send, onError: (error: unknown) => void) {
  const timer = setInterval(() => expireAll(resources, send).catch(onError), everyMinute);
  timer.unref();
  return () => clearInterval(timer);
}

/** One round over all tables. */
export async function expireAll(resources: Resources, send: Send, now = Date.now()) {
  for (const { ref, properties } of tablesOf(resources)) {
    const { TimeToLiveSpecification: ttl } = properties;
    if (!ttl?.Enabled) continue;
    const keys = KeySchema.parse(properties.KeySchema).map(({ AttributeName }) => AttributeName);
    await expireTable({ table: ref, attribute: ttl.AttributeName, keys, now }, send);
  }
}

type Expiring = { table: string; attribute: string; keys: string[]; now: number };

async function expireTable({ table, attribute, keys, now }: Expiring, send: Send) {
  const condition = {
    TableName: table,
    ExpressionAttributeNames: { '#expires': attribute },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
  };
  let start: Record<string, unknown> | undefined;
  do {
    const input = { ...condition, FilterExpression: '#expires < :now', ...(start && { ExclusiveStartKey: start }) };
    const page: z.infer<typeof Page> = await callJson(send, { target: 'DynamoDB_20120810.Scan', input }, Page);
    for (const row of page.Items) {
      const Key = Object.fromEntries(keys.map((key) => [key, row[key]]));
      await deleteUnlessRenewed({ ...condition, Key, ConditionExpression: '#expires < :now' }, send);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

async function deleteUnlessRenewed(input: object, send: Send) {
  try {
    await callJson(send, { target: 'DynamoDB_20120810.DeleteItem', input }, z.unknown());
  } catch (error) {
    if (!(error instanceof ServiceError && error.name === 'ConditionalCheckFailedException')) throw error;
  }
}

import * as z from 'zod';
import { flag } from '../template/flag.ts';
import type { Resource, Resources } from '../template/resources.ts';
import { callJson, type Send, ServiceError } from './json-rpc.ts';

const Index = z.object({
  IndexName: z.string(),
  KeySchema: z.array(z.unknown()),
  Projection: z.unknown(),
});
const Table = z.object({
  AttributeDefinitions: z.array(z.unknown()),
  KeySchema: z.array(z.unknown()),
  GlobalSecondaryIndexes: z.array(Index).default([]),
  LocalSecondaryIndexes: z.array(Index).default([]),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: flag }).optional(),
});
type Table = Resource<z.infer<typeof Table>>;

const Description = z.object({
  Table: z.object({ GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })).default([]) }),
});

const dynamo = (action: string) => `DynamoDB_20120810.${action}`;
const anything = z.unknown();

export const tablesOf = (resources: Resources) => resources.list('AWS::DynamoDB::Table', Table);

/** Makes the tables of the template; those that are there already keep their rows and get the indexes they lack. Gives the new ones. */
export async function createTables(resources: Resources, send: Send): Promise<string[]> {
  const created = await Promise.all(
    tablesOf(resources).map(async (table) => {
      const existing = await describe(table.ref, send);
      if (existing === undefined) await create(table, send);
      else await addIndexes(table, existing, send);
      await expire(table, send);
      return existing === undefined ? [table.ref] : [];
    }),
  );
  return created.flat();
}

async function describe(name: string, send: Send) {
  try {
    const input = { TableName: name };
    return (await callJson(send, { target: dynamo('DescribeTable'), input }, Description)).Table;
  } catch (error) {
    if (error instanceof ServiceError && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function create({ ref, properties }: Table, send: Send) {
  const { GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local, StreamSpecification: stream } = properties;
  const input = {
    TableName: ref,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(stream && { StreamSpecification: { ...stream, StreamEnabled: true } }),
  };
  await callJson(send, { target: dynamo('CreateTable'), input }, anything);
}

async function addIndexes({ ref, properties }: Table, existing: z.infer<typeof Description>['Table'], send: Send) {
  const known = new Set(existing.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName));
  for (const index of properties.GlobalSecondaryIndexes.filter(({ IndexName }) => !known.has(IndexName))) {
    const input = {
      TableName: ref,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    };
    await callJson(send, { target: dynamo('UpdateTable'), input }, anything);
  }
}

async function expire({ ref, properties: { TimeToLiveSpecification } }: Table, send: Send) {
  if (!TimeToLiveSpecification?.Enabled) return;
  try {
    const input = { TableName: ref, TimeToLiveSpecification };
    await callJson(send, { target: dynamo('UpdateTimeToLive'), input }, anything);
  } catch (error) {
    // Set already, by an earlier start on the same data.
    if (!(error instanceof ServiceError && error.name === 'ValidationException')) throw error;
  }
}

import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { documentClient, type Row, tableOn } from '../../functions/runtime/table.ts';

const dynamo = new DynamoDBClient({
  endpoint: inject('dynamoUrl'),
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const documents = documentClient(dynamo);
let made = 0;

const indexKeys = (index: string) => [
  { AttributeName: `${index}pk`, KeyType: 'HASH' as const },
  { AttributeName: `${index}sk`, KeyType: 'RANGE' as const },
];

/** A new, empty table on the real engine, with the keys and indexes of the deployed one. */
export async function freshTable() {
  const TableName = `test-${process.pid}-${made++}-${Math.random().toString(36).slice(2, 8)}`;
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk', 'gsi3pk', 'gsi3sk'].map(
        (AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        }),
      ),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        { IndexName: 'gsi1', KeySchema: indexKeys('gsi1'), Projection: { ProjectionType: 'KEYS_ONLY' } },
        { IndexName: 'gsi2', KeySchema: indexKeys('gsi2'), Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'gsi3', KeySchema: indexKeys('gsi3'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    }),
  );
  return { ...tableOn(documents, TableName), rows: () => allRows(TableName) };
}

/** Every row of a table: tests use it to prove that a refused request stored nothing. */
async function allRows(TableName: string): Promise<Row[]> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items;
}

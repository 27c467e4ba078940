import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { LocalStack } from '../../local/stack.ts';

/** A table with the keys and indexes of the stack's own and a queue, where nothing sets a worker in motion. */
export async function quietStore({ awsUrl, region, credentials, resources }: LocalStack, TableName = 'bench') {
  const place = { endpoint: awsUrl, region, credentials };
  const dynamo = new DynamoDBClient(place);
  const sqs = new SQSClient(place);
  const [deployed] = resources.list('AWS::DynamoDB::Table', z.unknown());
  const { Table = {} } = await dynamo.send(new DescribeTableCommand({ TableName: deployed?.ref }));
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Table.AttributeDefinitions,
      KeySchema: Table.KeySchema,
      GlobalSecondaryIndexes: Table.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
    }),
  );
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: TableName }));
  // The engine names a host of its own.
  return { TABLE_NAME: TableName, PUBLISH_QUEUE_URL: new URL(new URL(QueueUrl).pathname, awsUrl).href };
}

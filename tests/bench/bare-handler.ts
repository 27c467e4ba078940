import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

/** The least that any endpoint with a table carries: what our own bundles are measured against. */
const commands = { BatchGetCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand, TransactWriteCommand };
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = async (key: { pk: string; sk: string }) => {
  const TableName = process.env.TABLE_NAME;
  await client.send(new UpdateCommand({ TableName, Key: key }));
  return Object.keys(commands);
};

import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Row } from '../../functions/runtime/table.ts';

type Kind = NonNullable<DynamoDBRecord['eventName']>;

/** One record of the table's stream, as it hands rows to a reader. */
export function streamRecord(row: Row, eventName: Kind = 'INSERT'): DynamoDBRecord {
  const image = marshall(row) as Record<string, AttributeValue>; // same shape, two libraries' types
  return { eventName, dynamodb: eventName === 'REMOVE' ? { OldImage: image } : { NewImage: image } };
}

export const streamEvent = (...rows: Row[]): DynamoDBStreamEvent => ({ Records: rows.map((row) => streamRecord(row)) });

import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Row } from '../../functions/runtime/table.ts';

type Kind = NonNullable<DynamoDBRecord['eventName']>;

/** Same shape, two libraries' types. */
const imageOf = (row: Row) => marshall(row, { removeUndefinedValues: true }) as Record<string, AttributeValue>;
let records = 0;

/** One record of the table's stream, as it hands rows to a reader. */
export function streamRecord(row: Row, eventName: Kind = 'INSERT'): DynamoDBRecord {
  records += 1;
  const images = eventName === 'REMOVE' ? { OldImage: imageOf(row) } : { NewImage: imageOf(row) };
  const ApproximateCreationDateTime = Date.parse('2030-01-01T12:00:00Z') / 1000;
  return { eventID: `change-${records}`, eventName, dynamodb: { ApproximateCreationDateTime, ...images } };
}

/** The record of a row that was changed. */
export function changeRecord(before: Row, after: Row): DynamoDBRecord {
  const record = streamRecord(after, 'MODIFY');
  return { ...record, dynamodb: { ...record.dynamodb, OldImage: imageOf(before) } };
}

export const streamEvent = (...rows: Row[]): DynamoDBStreamEvent => ({ Records: rows.map((row) => streamRecord(row)) });

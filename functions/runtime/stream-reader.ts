import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamReader } from './contract.ts';
import { reportRun } from './run-report.ts';
import type { Row } from './table.ts';

/** A row as a write left it, and the write: its id is the same whenever the stream gives it. */
export type RowChange = { id: string; at: Date; row: Row };

/**
 * The only way to read the table's stream: gives the rows of its entry as they were written, in order. On a failure the
 * whole batch comes again, so a run must bear rows it has seen.
 */
export function streamReader<Tools>(
  entry: StreamReader,
  run: (changes: RowChange[], tools: Tools) => Promise<void>,
  makeTools: () => Tools,
) {
  let tools: Tools | undefined;
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    await reportRun(entry.name, async () => {
      tools ??= makeTools();
      const changes = Records.map((record) => ({ record, change: changeOf(record) }));
      const wanted = changes.flatMap(({ record, change }) => (change && isWanted(entry, record, change) ? change : []));
      await run(wanted, tools);
    });
    return { batchItemFailures: [] };
  };
}

function changeOf({ eventID = '', dynamodb }: DynamoDBRecord): RowChange | undefined {
  const row = rowOf(dynamodb?.NewImage);
  return row && { id: eventID, at: new Date((dynamodb?.ApproximateCreationDateTime ?? 0) * 1000), row };
}

function isWanted({ entity, moves = [] }: StreamReader, { eventName, dynamodb }: DynamoDBRecord, { row }: RowChange) {
  if (eventName === 'INSERT') return row.entity === entity;
  const before = rowOf(dynamodb?.OldImage);
  if (row.state === before?.state) return false;
  return moves.some((move) => row.entity === move.entity && move.into.includes(String(row.state)));
}

const rowOf = (image: object | undefined): Row | undefined =>
  image && unmarshall(image as Record<string, AttributeValue>); // same shape, two libraries' types

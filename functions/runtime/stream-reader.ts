import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamReader } from './contract.ts';
import { reportRun } from './run-report.ts';
import type { Row } from './table.ts';

/**
 * The only way to read the table's stream: gives the rows of one entity as they were inserted, in order. On a failure
 * the whole batch comes again, so a run must bear rows it has seen.
 */
export function streamReader<Tools>(
  entry: StreamReader,
  run: (rows: Row[], tools: Tools) => Promise<void>,
  makeTools: () => Tools,
) {
  let tools: Tools | undefined;
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    await reportRun(entry.name, async () => {
      tools ??= makeTools();
      const rows = Records.map(insertedRow).filter((row) => row?.entity === entry.entity);
      await run(rows as Row[], tools);
    });
    return { batchItemFailures: [] };
  };
}

function insertedRow({ eventName, dynamodb }: DynamoDBRecord): Row | undefined {
  if (eventName !== 'INSERT') return undefined;
  const image = dynamodb?.NewImage as Record<string, AttributeValue> | undefined; // same shape, two libraries' types
  return image && unmarshall(image);
}

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import type { Worker } from './contract.ts';
import { log } from './log.ts';
import { reportRun } from './run-report.ts';

/** How often SQS has handed this message out, this time included. */
export type Delivery = { messageId: string; receiveCount: number };

/**
 * The only way to make a queue handler. Each message is parsed and run by itself; only the ids of those that failed go
 * back to the queue. A message that does not fit its schema fails until it reaches the dead-letter queue.
 */
export function worker<W extends Worker, Tools>(
  entry: W,
  run: (body: z.output<W['body']>, tools: Tools, delivery: Delivery) => Promise<void>,
  makeTools: () => Tools,
) {
  let tools: Tools | undefined;
  const handleRecord = ({ body, messageId, attributes }: SQSRecord) =>
    reportRun(entry.name, async () => {
      const message = entry.body.parse(JSON.parse(body)) as z.output<W['body']>;
      tools ??= makeTools();
      await run(message, tools, { messageId, receiveCount: Number(attributes.ApproximateReceiveCount) });
    });
  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    processPartialResponse(event, handleRecord, new BatchProcessor(EventType.SQS, { logger: log }), {
      context,
      throwOnFullBatchFailure: false,
    });
}

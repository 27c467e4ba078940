import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type * as z from 'zod';
import { awsClient } from './aws-client.ts';
import { config, type VariableName } from './config.ts';
import type { QueueName, Worker } from './contract.ts';
import { admitted } from './read-ahead.ts';

export type Message<W extends Worker> = { body: z.input<W['body']>; delaySeconds?: number };

const urlVariable = { publish: 'PUBLISH_QUEUE_URL' } as const satisfies Record<QueueName, VariableName>;
/** SQS takes at most ten messages a call and delays of at most 15 minutes. */
const batchLimit = 10;
const batchesAtOnce = 8;
export const maxDelaySeconds = 900;

let client: SQSClient | undefined;

/** Sends to the queue of a worker, through the schema of its messages. */
export function workQueue<W extends Worker>(entry: W) {
  const variable = urlVariable[entry.queue];
  return {
    async send(messages: readonly Message<W>[]): Promise<void> {
      if (messages.length === 0) return;
      await admitted();
      client ??= new SQSClient(awsClient);
      const to = { sqs: client, QueueUrl: config(variable)[variable] };
      for (let start = 0; start < messages.length; start += batchLimit * batchesAtOnce) {
        const batches = batchesOf(messages.slice(start, start + batchLimit * batchesAtOnce));
        await Promise.all(batches.map((batch) => sendBatch(entry, { ...to, batch })));
      }
    },
  };
}
export type WorkQueue<W extends Worker> = ReturnType<typeof workQueue<W>>;

function batchesOf<M>(messages: readonly M[]): M[][] {
  const count = Math.ceil(messages.length / batchLimit);
  return Array.from({ length: count }, (_, place) => messages.slice(place * batchLimit, (place + 1) * batchLimit));
}

type Sending<W extends Worker> = { sqs: SQSClient; QueueUrl: string; batch: readonly Message<W>[] };

async function sendBatch<W extends Worker>(entry: W, { sqs, QueueUrl, batch }: Sending<W>): Promise<void> {
  const Entries = batch.map(({ body, delaySeconds = 0 }, place) => ({
    Id: String(place),
    MessageBody: JSON.stringify(entry.body.parse(body)),
    DelaySeconds: Math.max(0, Math.min(maxDelaySeconds, Math.floor(delaySeconds))),
  }));
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  if (Failed.length > 0) throw new Error(`${entry.queue}: ${Failed.length} messages refused: ${Failed[0]?.Code}`);
}

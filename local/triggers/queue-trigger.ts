import type { FunctionPool } from '../functions/function-pool.ts';
import { failedItems, type Mapping } from './mappings.ts';
import type { QueueClient, QueueMessage } from './queue-client.ts';

type Parts = { pool: FunctionPool; queues: QueueClient; onProblem: (text: string) => void };

/** Polls a queue for a function. What the function does not finish comes back after the queue's visibility timeout. */
export function startQueueTrigger(mapping: Mapping, { pool, queues, onProblem }: Parts) {
  let isStopped = false;
  let underWay = 0;
  let wake = () => {};
  const problem = (error: unknown) => {
    if (!isStopped) onProblem(`${mapping.id}: ${error instanceof Error ? error.message : error}`);
  };

  const handle = async (messages: QueueMessage[]) => {
    const wanted = messages.filter((message) => mapping.accepts(filterable(message)));
    await queues.delete(
      mapping.sourceArn,
      messages.filter((message) => !wanted.includes(message)),
    );
    if (wanted.length === 0) return;
    const result = await pool.invoke(mapping.functionArn, JSON.stringify({ Records: wanted.map(toRecord(mapping)) }));
    const failed = mapping.reportsItems
      ? failedItems(
          result,
          wanted.map(({ MessageId }) => MessageId),
        )
      : [];
    if (failed === 'all') return;
    await queues.delete(
      mapping.sourceArn,
      wanted.filter(({ MessageId }) => !failed.includes(MessageId)),
    );
  };
  const poll = async () => {
    while (!isStopped) {
      if (underWay >= mapping.concurrency) await new Promise<void>((resolve) => (wake = resolve));
      const messages = await queues.receive(mapping.sourceArn, mapping.batchSize);
      if (messages.length === 0) continue;
      underWay += 1;
      void handle(messages)
        .catch(problem)
        .finally(() => {
          underWay -= 1;
          wake();
        });
    }
  };
  poll().catch(problem);
  return {
    stop: () => {
      isStopped = true;
      wake();
    },
  };
}

const toRecord =
  ({ sourceArn }: Mapping) =>
  (message: QueueMessage) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType,
          stringValue: StringValue,
          binaryValue: BinaryValue,
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: sourceArn,
    awsRegion: sourceArn.split(':')[3],
  });

/** Filters look into a body that is JSON. */
function filterable({ Body, Attributes }: QueueMessage) {
  try {
    const body: unknown = JSON.parse(Body);
    return { body, attributes: Attributes };
  } catch {
    return { body: Body, attributes: Attributes };
  }
}

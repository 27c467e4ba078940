import * as z from 'zod';
import { callJson, type Send } from '../engines/json-rpc.ts';

const Value = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const Message = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), Value).default({}),
});
export type QueueMessage = z.infer<typeof Message>;
const Received = z.object({ Messages: z.array(Message).default([]) });

/** Receiving and sending as the services do that stand between a queue and a function. Queues are named by ARN. */
export function queueClient(send: Send) {
  const call = <Schema extends z.ZodType>(action: string, queueArn: string, input: object, answer: Schema) => {
    const [, , , region = '', account, name] = queueArn.split(':');
    const target = `AmazonSQS.${action}`;
    return callJson(send, { target, region, input: { QueueUrl: `http://local/${account}/${name}`, ...input } }, answer);
  };
  return {
    async receive(queueArn: string, limit: number): Promise<QueueMessage[]> {
      const input = {
        MaxNumberOfMessages: Math.min(10, limit),
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      };
      return (await call('ReceiveMessage', queueArn, input, Received)).Messages;
    },
    async delete(queueArn: string, messages: readonly QueueMessage[]) {
      for (const { ReceiptHandle } of messages) await call('DeleteMessage', queueArn, { ReceiptHandle }, z.unknown());
    },
    async send(queueArn: string, body: object) {
      await call('SendMessage', queueArn, { MessageBody: JSON.stringify(body) }, z.unknown());
    },
  };
}
export type QueueClient = ReturnType<typeof queueClient>;

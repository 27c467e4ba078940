import { buildApp } from 'fauxqs';
import * as z from 'zod';
import type { Resources } from '../template/resources.ts';
import type { HttpReply } from './http-hop.ts';
import { callJson, type Send } from './json-rpc.ts';

const Queue = z.object({
  VisibilityTimeout: z.coerce.string().optional(),
  DelaySeconds: z.coerce.string().optional(),
  MessageRetentionPeriod: z.coerce.string().optional(),
  ReceiveMessageWaitTimeSeconds: z.coerce.string().optional(),
  MaximumMessageSize: z.coerce.string().optional(),
  FifoQueue: z.coerce.string().optional(),
  ContentBasedDeduplication: z.coerce.string().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
});

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const;

/** SQS and S3, in this process and without a port of their own. Everything in them is lost when it ends. */
export async function startFauxqs() {
  const app = buildApp({ logger: false });
  await app.ready();
  const send: Send = async ({ method, path, headers, body }): Promise<HttpReply> => {
    const known = methods.find((name) => name === method);
    if (known === undefined) return { status: 405, headers: {}, body: Buffer.alloc(0) };
    const { 'transfer-encoding': _, ...plain } = headers;
    const answer = await app.inject({ method: known, url: path, headers: plain, payload: body });
    return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload };
  };
  return { send, stop: () => app.close() };
}

/** Makes the queues of the template. The engine knows one account only, so dead-letter queues are named by its ARNs. */
export async function createQueues(resources: Resources, send: Send) {
  for (const { attributes, region, properties } of resources.list('AWS::SQS::Queue', Queue)) {
    const { RedrivePolicy, ...plain } = properties;
    const redrive = RedrivePolicy && {
      RedrivePolicy: JSON.stringify({
        maxReceiveCount: RedrivePolicy.maxReceiveCount,
        deadLetterTargetArn: `arn:aws:sqs:${region}:000000000000:${RedrivePolicy.deadLetterTargetArn.split(':').at(-1)}`,
      }),
    };
    const input = { QueueName: attributes.QueueName, Attributes: { ...plain, ...redrive } };
    await callJson(send, { target: 'AmazonSQS.CreateQueue', input, region }, z.unknown());
  }
}

export async function createBuckets(resources: Resources, send: Send) {
  for (const { ref } of resources.list('AWS::S3::Bucket', z.unknown()))
    await send({ method: 'PUT', path: `/${ref}`, headers: {}, body: Buffer.alloc(0) });
}

import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';

/** The batch that SQS hands to a worker. */
export function sqsEvent(...bodies: unknown[]): SQSEvent {
  return { Records: bodies.map((body, place) => sqsRecord(body, `message-${place}`)) };
}

export const messageOf = (body: unknown, { receiveCount = 1 } = {}): SQSEvent => ({
  Records: [sqsRecord(body, 'message-0', receiveCount)],
});

const sqsRecord = (body: unknown, messageId: string, receiveCount = 1): SQSRecord => ({
  messageId,
  receiptHandle: messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '1893456000000',
    SenderId: 'test',
    ApproximateFirstReceiveTimestamp: '1893456000000',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:test',
  awsRegion: 'eu-central-1',
});

/** The context Lambda gives to workers, timers and subscribers. */
export const lambdaContext: Context = {
  awsRequestId: 'lambda-request',
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:test',
  memoryLimitInMB: '512',
  logGroupName: 'test',
  logStreamName: 'test',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => 10_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

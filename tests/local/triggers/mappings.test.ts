import { describe, expect, test } from 'vitest';
import { readStatements } from '../../../local/front-door/statements.ts';
import { failedItems, lackingForMapping, readMappings } from '../../../local/triggers/mappings.ts';
import { resourcesOf } from '../resources-of.ts';

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:jobs';
const streamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/x';

const read = (EventSourceArn: string, more: object = {}) => {
  const properties = { EventSourceArn, FunctionName: 'fn', ...more };
  return readMappings(
    resourcesOf({ Mapping: { type: 'AWS::Lambda::EventSourceMapping', properties } }),
    (name) => `arn:${name}`,
  );
};

describe('event source mappings', () => {
  test('have the defaults of Lambda', () => {
    expect(read(queueArn)).toMatchObject([
      { batchSize: 10, concurrency: 5, reportsItems: false, functionArn: 'arn:fn' },
    ]);
    expect(read(streamArn)).toMatchObject([{ batchSize: 100, retries: -1, bisects: false, startsAt: 'LATEST' }]);
  });

  test('take no more at once than a thread does, and may be off', () => {
    expect(read(queueArn, { ScalingConfig: { MaximumConcurrency: 200 } })).toMatchObject([{ concurrency: 100 }]);
    expect(read(queueArn, { Enabled: false })).toEqual([]);
  });

  test('say what the role of their function lacks', () => {
    const allow = (Action: string | string[], Resource: string) =>
      readStatements({ Statement: { Effect: 'Allow', Action, Resource } });
    const [queue] = read(queueArn);
    const [stream] = read(streamArn);
    if (queue === undefined || stream === undefined) throw new Error('no mappings');
    expect(lackingForMapping(queue, allow('sqs:*', queueArn))).toEqual([]);
    expect(lackingForMapping(queue, allow('sqs:ReceiveMessage', queueArn))).toEqual([
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
    ]);
    expect(lackingForMapping(stream, allow('dynamodb:Get*', streamArn))).toEqual(['dynamodb:DescribeStream']);
  });

  test.each<[string, unknown, unknown]>([
    ['no answer', null, []],
    ['no failures', { batchItemFailures: [] }, []],
    ['one failure', { batchItemFailures: [{ itemIdentifier: 'a' }] }, ['a']],
    ['a stranger', { batchItemFailures: [{ itemIdentifier: 'x' }] }, 'all'],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, 'all'],
    ['no report at all', 'fine', 'all'],
  ])('%s', (_, result, expected) => {
    expect(failedItems(JSON.stringify(result), ['a', 'b'])).toEqual(expected);
  });
});

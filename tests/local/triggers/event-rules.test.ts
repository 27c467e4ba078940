import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventBuses } from '../../../local/triggers/event-rules.ts';
import type { QueueClient } from '../../../local/triggers/queue-client.ts';
import { resourcesOf } from '../resources-of.ts';

const fn = 'arn:aws:lambda:us-east-1:000000000000:function:fn';

function setup({
  targets = [{ Arn: fn }],
  rule = {},
  permitted = true,
}: {
  targets?: object[];
  rule?: object;
  permitted?: boolean;
} = {}) {
  const resources = resourcesOf({
    Bus: { type: 'AWS::Events::EventBus', properties: { Name: 'bus' } },
    Rule: {
      type: 'AWS::Events::Rule',
      properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { 'detail-type': ['made'] },
        Targets: targets,
        ...rule,
      },
    },
    ...(permitted && {
      Permission: {
        type: 'AWS::Lambda::Permission',
        properties: {
          FunctionName: fn,
          Principal: 'events.amazonaws.com',
          SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
        },
      },
    }),
  });
  const invoked: unknown[] = [];
  const queued: unknown[] = [];
  const problems: string[] = [];
  const queues: Pick<QueueClient, 'send'> = { send: async (queue, body) => void queued.push({ queue, body }) };
  const { PutEvents } = eventBuses({
    resources,
    invoke: async (arn, event) => void invoked.push({ arn, event }),
    queues: queues as QueueClient,
    place: { region: 'us-east-1', account: '000000000000' },
    onProblem: (text) => problems.push(text),
  });
  const put = (more: object = {}) =>
    PutEvents({ Entries: [{ EventBusName: 'bus', Source: 'test', DetailType: 'made', Detail: '{"n":1}', ...more }] });
  return { put, PutEvents, invoked, queued, problems };
}

describe('the event bus', () => {
  test('hands an event to the rules that want it, in the envelope of EventBridge', async () => {
    const { put, invoked } = setup();
    expect(put({ Time: 1_700_000_000, Resources: ['r'] })).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
    expect(put({ DetailType: 'other' })).toMatchObject({ FailedEntryCount: 0 });
    await expect
      .poll(() => invoked)
      .toEqual([
        {
          arn: fn,
          event: {
            version: '0',
            id: expect.any(String),
            'detail-type': 'made',
            source: 'test',
            account: '000000000000',
            time: '2023-11-14T22:13:20Z',
            region: 'us-east-1',
            resources: ['r'],
            detail: { n: 1 },
          },
        },
      ]);
  });

  test('keeps buses apart, and rules that are off', async () => {
    const other = setup();
    other.put({ EventBusName: 'default' });
    const off = setup({ rule: { State: 'DISABLED' } });
    off.put();
    await new Promise((resolve) => setImmediate(resolve));
    expect([other.invoked, off.invoked]).toEqual([[], []]);
  });

  test('takes a bus by ARN and gives a target its own input', async () => {
    const { put, invoked } = setup({ targets: [{ Arn: fn, Input: '{"fixed":true}' }] });
    put({ EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/bus' });
    await expect.poll(() => invoked).toEqual([{ arn: fn, event: { fixed: true } }]);
  });

  test('delivers to queues', async () => {
    const { put, queued } = setup({ targets: [{ Arn: 'arn:aws:sqs:us-east-1:000000000000:q' }] });
    put();
    await expect
      .poll(() => queued)
      .toMatchObject([{ queue: 'arn:aws:sqs:us-east-1:000000000000:q', body: { source: 'test' } }]);
  });

  test('without permission to invoke, the event ends with the dead letters of the rule', async () => {
    const { put, queued, invoked, problems } = setup({
      permitted: false,
      targets: [{ Arn: fn, DeadLetterConfig: { Arn: 'arn:dead' } }],
    });
    put();
    await expect.poll(() => queued).toMatchObject([{ queue: 'arn:dead' }]);
    expect([invoked, problems]).toEqual([[], [expect.stringContaining('no AWS::Lambda::Permission')]]);
  });

  test.each([
    [{ Source: '' }, 'InvalidArgument'],
    [{ DetailType: undefined }, 'InvalidArgument'],
    [{ Detail: 'no json' }, 'MalformedDetail'],
    [{ Detail: '[1]' }, 'MalformedDetail'],
    [{ Detail: `"${'x'.repeat(256 * 1024)}"` }, 'InvalidArgument'],
    [{ EventBusName: 'nobody' }, 'ResourceNotFoundException'],
  ])('refuses an entry, not the call: %o', (wrong, ErrorCode) => {
    const { put } = setup();
    expect(put(wrong)).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode }] });
  });

  test('refuses a call without entries', () => {
    expect(() => setup().PutEvents({ Entries: [] })).toThrow(z.ZodError);
  });
});

import { describe, expect, test } from 'vitest';
import type { WatchedCall } from '../../../local/front-door/call-watch.ts';
import { noUsage, total, usageMeter } from './usage.ts';

const deployed = 'clientnest-local-publishing-functions-publishLaneServiceFunctio';
const call = (overrides: Partial<WatchedCall> = {}): WatchedCall => ({
  function: deployed,
  service: 'dynamodb',
  action: 'UpdateItem',
  input: {},
  status: 200,
  consumed: { read: 0, write: 0 },
  ...overrides,
});
const run = JSON.stringify({ operation: 'publishLane', runs: 1, failures: 0, duration: 250 });

describe('the meter', () => {
  test('adds up what each function used, by the name of its entry', () => {
    const meter = usageMeter();
    meter.onCall(call({ consumed: { read: 0, write: 3 } }));
    meter.onCall(call({ action: 'Query', consumed: { read: 0.5, write: 0 } }));
    meter.onCall(call({ service: 'kms', action: 'Decrypt' }));
    meter.onCall(call({ service: 'sqs', action: 'SendMessageBatch', input: { Entries: [{}, {}, {}] } }));
    meter.onCall(call({ service: 'events', action: 'PutEvents', input: { Entries: [{}, {}] } }));
    const used = { readUnits: 0.5, writeUnits: 3, kmsRequests: 1, sqsRequests: 1, messages: 3, busEvents: 2 };
    expect([...meter.take()]).toEqual([['publishLane', { ...noUsage, ...used }]]);
  });

  test('counts runs and their time from the log', () => {
    const meter = usageMeter();
    meter.onLine(deployed, run);
    meter.onLine(deployed, '{"message":"publication.published"}');
    expect(meter.take().get('publishLane')).toMatchObject({ runs: 1, seconds: 0.25, logBytes: run.length + 35 + 52 });
  });

  test('leaves out what the runner does itself, and begins anew when it is read', () => {
    const meter = usageMeter();
    meter.onCall(call({ function: undefined, consumed: { read: 1, write: 1 } }));
    meter.onCall(call({ consumed: { read: 1, write: 1 } }));
    expect(meter.take().size).toBe(1);
    expect(meter.take().size).toBe(0);
  });

  test('sums over functions, all or some', () => {
    const usages = new Map([
      ['publishLane', { ...noUsage, writeUnits: 9 }],
      ['trackPublication', { ...noUsage, writeUnits: 2 }],
    ]);
    expect(total(usages).writeUnits).toBe(11);
    expect(total(usages, ['publishLane', 'nobody']).writeUnits).toBe(9);
  });
});

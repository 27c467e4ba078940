import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventBus } from '../../functions/runtime/event-bus.ts';
import { startService, stubEnvironment } from '../support/aws-service.ts';
import { testTeamId } from '../support/request.ts';

let refused = 0;
let service: Awaited<ReturnType<typeof startService>>;

beforeAll(async () => {
  service = await startService(() => ({ output: { FailedEntryCount: refused, Entries: [] } }));
  stubEnvironment({ AWS_ENDPOINT_URL_EVENTBRIDGE: service.url, EVENT_BUS_NAME: 'bus-1' });
});
beforeEach(() => {
  service.calls.length = 0;
  refused = 0;
});

const happened = (id: string) => ({
  type: 'thing.painted',
  id,
  at: '2030-01-01T12:00:00.000Z',
  teamId: testTeamId,
  data: { thingId: '1' },
});
const sentIds = () =>
  service.calls.map(({ input }) => [input.Entries].flat().map((entry) => JSON.parse(Object(entry).Detail).id));

describe('event bus', () => {
  test('is told what happened, and nothing of the row', async () => {
    const row = { ...happened('event_1'), pk: 'TEAM#1', sk: 'EVENT#1' };
    await eventBus().put([row]);
    const [call] = service.calls;
    expect(call).toMatchObject({
      action: 'PutEvents',
      input: {
        Entries: [{ EventBusName: 'bus-1', Source: 'clientnest', DetailType: 'thing.painted', Time: 1_893_499_200 }],
      },
    });
    const { id, at, teamId, data } = row;
    expect(JSON.parse(Object([call?.input.Entries].flat()[0]).Detail)).toEqual({ id, at, teamId, data });
  });

  test.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('takes %i events in calls of %j', async (count, calls) => {
    const ids = Array.from({ length: count }, (_, number) => `event_${number}`);
    await eventBus().put(ids.map(happened));
    expect(sentIds().map((batch) => batch.length)).toEqual(calls);
    expect(sentIds().flat()).toEqual(ids);
  });

  test('that takes only some is an error, so that the batch comes again', async () => {
    refused = 1;
    await expect(eventBus().put([happened('event_1'), happened('event_2')])).rejects.toThrow(
      '1 events refused by the bus',
    );
  });
});

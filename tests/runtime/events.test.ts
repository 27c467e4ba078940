import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { events, subscribers } from '../../functions/runtime/contract.ts';
import { eventWrite, StoredEvent, subscriber } from '../../functions/runtime/events.ts';
import { idOf } from '../../functions/runtime/ids.ts';
import { eventDelivery } from '../support/events.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

const declared = events({ 'thing.painted': z.object({ thingId: z.string(), colour: z.string().default('red') }) });
const painted = declared['thing.painted'];
const { admireThing } = subscribers('sample', { admireThing: { summary: 'Admires', on: painted, needs: [] } });
const at = new Date('2030-01-01T12:00:00.000Z');
const day = 24 * 3600;

describe('event', () => {
  test('is a row of its team that outlives its day of relay by a week', async () => {
    const table = await freshTable();
    await table.transact([eventWrite(painted, { teamId: testTeamId, at, data: { thingId: '1' } })]);
    const [row] = await table.rows();
    const event = StoredEvent.parse(row);
    expect(event).toEqual({
      pk: `TEAM#${testTeamId}#EVENTS`,
      sk: `EVENT#${event.id}`,
      entity: 'event',
      v: 1,
      type: 'thing.painted',
      id: event.id,
      at: '2030-01-01T12:00:00.000Z',
      teamId: testTeamId,
      data: { thingId: '1', colour: 'red' },
      expiresAt: at.getTime() / 1000 + 7 * day,
    });
    expect(idOf('event').parse(event.id)).toBe(event.id);
    expect(row).toEqual(event);
  });

  test('does not happen when the change it tells does not', async () => {
    const table = await freshTable();
    const thing = { pk: 'T', sk: '1', entity: 'thing', v: 1 };
    await table.insert(thing);
    const event = eventWrite(painted, { teamId: testTeamId, at, data: { thingId: '1' } });
    await expect(table.transact([{ insert: thing }, event])).rejects.toThrow();
    expect(await table.rows()).toEqual([thing]);
  });

  test('with wrong data is not even written', () => {
    const data = JSON.parse('{"thingId":1}');
    expect(() => eventWrite(painted, { teamId: testTeamId, at, data })).toThrow(z.ZodError);
  });

  test('carries no more than it declares', () => {
    const data = { thingId: '1', token: 'secret' };
    expect(JSON.stringify(eventWrite(painted, { teamId: otherTeamId, at, data }))).not.toContain('secret');
  });
});

const delivery = (detail: unknown) => eventDelivery(painted.type, detail);

describe('subscriber', () => {
  const detail = { id: 'event_1', at: at.toISOString(), teamId: testTeamId, data: { thingId: '1' } };

  test('is given the event, parsed, and tools that are made once', async () => {
    const seen: unknown[] = [];
    let made = 0;
    const handler = subscriber(
      admireThing,
      async (event, tools: unknown[]) => {
        tools.push(event);
      },
      () => {
        made += 1;
        return seen;
      },
    );
    await handler(delivery(detail));
    await handler(delivery({ ...detail, data: { thingId: '2', colour: 'blue', size: 3 } }));
    expect(seen).toEqual([
      { ...detail, data: { thingId: '1', colour: 'red' } },
      { ...detail, data: { thingId: '2', colour: 'blue' } },
    ]);
    expect(made).toBe(1);
  });

  test.each([
    ['no detail', undefined],
    ['a detail of another shape', { ...detail, teamId: undefined }],
    ['wrong data', { ...detail, data: { thingId: 1 } }],
    ['no data', { ...detail, data: undefined }],
  ])('fails on %s and does not run', async (_, wrong) => {
    const handler = subscriber(
      admireThing,
      () => expect.unreachable(),
      () => undefined,
    );
    await expect(handler(delivery(wrong))).rejects.toThrow(z.ZodError);
  });

  test('fails when its run fails, so that the event comes again', async () => {
    const broken = new Error('broken');
    const handler = subscriber(
      admireThing,
      () => Promise.reject(broken),
      () => undefined,
    );
    await expect(handler(delivery(detail))).rejects.toBe(broken);
  });
});

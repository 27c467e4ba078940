import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { schedulingContract } from '../../functions/scheduling/contract.ts';
import { previewRecurrence } from '../../functions/scheduling/preview-recurrence.ts';
import { daily } from '../support/recurrences.ts';
import { send, viewer } from '../support/request.ts';

const now = () => new Date('2030-03-30T00:00:00Z');
const handler = endpoint(schedulingContract.previewRecurrence, previewRecurrence, () => ({ now }));
const preview = (rule: object, limit?: number) =>
  send(handler, { body: { rule: daily(rule), ...(limit !== undefined && { limit }) } });

describe('POST /recurrences/preview', () => {
  test('answers the next occurrences, what clocks do to them, and how many there are', async () => {
    const start = '2030-03-29T02:30';
    const reply = await preview({ start, rrule: 'FREQ=DAILY;COUNT=5', except: ['2030-04-01T02:30'] });
    expect(reply).toMatchObject({ status: 200 });
    expect(reply.body).toEqual({
      items: [
        { localTime: '2030-03-30T02:30', publishAt: '2030-03-30T01:30:00.000Z', adjusted: null },
        { localTime: '2030-03-31T02:30', publishAt: '2030-03-31T01:30:00.000Z', adjusted: 'gap' },
        { localTime: '2030-04-02T02:30', publishAt: '2030-04-02T00:30:00.000Z', adjusted: null },
      ],
      total: 4,
    });
  });

  test('answers no more than were asked for', async () => {
    expect((await preview({ start: '2030-04-01T09:00' })).body.items).toHaveLength(10);
    expect((await preview({ start: '2030-04-01T09:00' }, 2)).body).toMatchObject({ items: [{}, {}], total: 30 });
  });

  test.each([
    ['an endless rule', { rrule: 'FREQ=DAILY' }, 'recurrence.endless'],
    ['a wrong rule', { rrule: 'FREQ=NEVER;COUNT=1' }, 'recurrence.rule_wrong'],
    ['a rule that is too long', { rrule: 'FREQ=DAILY;COUNT=5000' }, 'recurrence.too_long'],
    ['a rule of the past', { start: '2029-01-01T09:00' }, 'recurrence.no_occurrences'],
  ])('refuses %s', async (_, rule, code) => {
    expect(await preview(rule)).toMatchObject({ status: 422, body: { code } });
  });

  test('refuses viewers, who make none', async () => {
    const reply = await send(handler, { caller: viewer, body: { rule: daily() } });
    expect(reply).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });
});

import { describe, expect, test } from 'vitest';
import { newId } from '../../functions/runtime/ids.ts';
import { freshRecurrences } from '../support/recurrences.ts';
import { testTeamId } from '../support/request.ts';

const picture = { url: 'https://cdn.example.com/news.jpg', type: 'image/jpeg', altText: 'Ada at her desk' };

describe('POST /recurrences', () => {
  test('stores a recurrence, and leaves what is far off to the timer', async () => {
    const { create, load, times, mastodon } = await freshRecurrences();
    const reply = await create();
    expect(reply).toMatchObject({
      status: 201,
      body: {
        text: 'Hello',
        connectionIds: [mastodon.id],
        rule: { rrule: 'FREQ=DAILY;COUNT=30', timeZone: 'Europe/Berlin', except: [] },
        from: null,
        state: 'active',
      },
    });
    expect(reply.headers?.etag).toBeDefined();
    expect(await load(reply.body.id)).toMatchObject({ revision: 1 });
    expect(await times()).toEqual([]);
  });

  test('makes at once what comes within minutes, and the timer does not make it again', async () => {
    const { create, times, runTimer, queue } = await freshRecurrences();
    await create({ start: '2030-01-01T13:01', rrule: 'FREQ=DAILY;COUNT=2' });
    expect(await times()).toEqual(['2030-01-01T12:01:00.000Z']);
    expect(queue.sent).toHaveLength(1);
    await runTimer();
    expect(await times()).toEqual(['2030-01-01T12:01:00.000Z', '2030-01-02T12:01:00.000Z']);
  });

  test('each occurrence has the files, the thread and the wishes for single platforms', async () => {
    const { create, runTimer, planned, publications, mastodon, bluesky } = await freshRecurrences();
    const content = {
      text: 'Hello',
      media: [picture],
      overrides: { mastodon: { visibility: 'unlisted' } },
      thread: [{ text: 'More', media: [picture] }],
      firstComment: 'And a word on it',
    };
    const reply = await create(
      { rrule: 'FREQ=DAILY;COUNT=3' },
      { ...content, connectionIds: [mastodon.id, bluesky.id] },
    );
    expect(reply).toMatchObject({ status: 201, body: content });
    await runTimer();
    const made = await planned();
    expect(made).toMatchObject([content, content]);
    const [first] = made;
    const found = await publications.find({ teamId: testTeamId, postId: first?.id ?? '', connectionId: mastodon.id });
    expect(found).toMatchObject({ partCount: 3 });
  });

  test.each([
    ['no end', { rrule: 'FREQ=DAILY' }, 'recurrence.endless'],
    ['a part that is unknown', { rrule: 'FREQ=DAILY;COUNT=3;BYEASTER=1' }, 'recurrence.rule_wrong'],
    ['an hourly rule', { rrule: 'FREQ=HOURLY;COUNT=3' }, 'recurrence.rule_wrong'],
    ['more than a thousand occurrences', { rrule: 'FREQ=DAILY;COUNT=1001' }, 'recurrence.too_long'],
    ['an end after more than ten years', { rrule: 'FREQ=YEARLY;UNTIL=20401231' }, 'recurrence.too_long'],
    ['a count that is reached later', { rrule: 'FREQ=YEARLY;COUNT=12' }, 'recurrence.too_long'],
    ['a count that is never reached', { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1' }, 'recurrence.too_long'],
    ['nothing still to come', { rrule: 'FREQ=DAILY;COUNT=1' }, 'recurrence.no_occurrences'],
    [
      'nothing but exceptions',
      { rrule: 'FREQ=DAILY;COUNT=2', except: ['2030-01-02T09:00'] },
      'recurrence.no_occurrences',
    ],
    ['an exception that is no occurrence', { except: ['2030-01-02T10:00'] }, 'recurrence.rule_wrong'],
    ['an unknown zone', { timeZone: 'Mars' }, 'input.unknown_time_zone'],
    ['a start that does not exist', { start: '2030-02-30T09:00' }, 'input.impossible_time'],
    ['a start with an offset', { start: '2030-02-28T09:00:00Z' }, 'input.invalid'],
    ['an unknown field', { duration: 1 }, 'input.unknown_field'],
  ])('refuses a rule with %s, naming the field, and stores nothing', async (_, rule, code) => {
    const { create, table } = await freshRecurrences();
    const reply = await create(rule);
    expect(reply).toMatchObject({ status: 422, body: { code } });
    expect(reply.body.errors[0].path).toMatch(/^body\.rule\./);
    expect(await table.rows()).toEqual([]);
  });

  test.each([
    ['a connection that the team does not have', { connectionIds: [newId('conn')] }, 404, 'connection.not_found'],
    ['no connection', { connectionIds: [] }, 422, 'input.invalid'],
    ['a text that is too long', { text: 'x'.repeat(501) }, 422, 'post.text_too_long'],
    ['no text', { text: ' ' }, 422, 'input.invalid'],
    ['more pictures than the target takes', { media: Array(5).fill(picture) }, 422, 'post.media_refused'],
    ['a part that the target does not take', { thread: [{ text: 'x'.repeat(501) }] }, 422, 'post.thread_refused'],
    ['more than goes into a row', { thread: Array(3).fill({ text: 'x'.repeat(40_000) }) }, 422, 'post.too_large'],
    ['a wish that the platform does not know', { overrides: { x: { mood: 'good' } } }, 422, 'input.unknown_field'],
  ])('refuses %s', async (_, body, status, code) => {
    const { create, table } = await freshRecurrences();
    expect(await create({}, body)).toMatchObject({ status, body: { code } });
    expect(await table.rows()).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { replan } from '../../functions/posts/replan.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { noon, targetFinder } from '../support/posts.ts';
import { daily, freshRecurrences } from '../support/recurrences.ts';
import { editor, otherTeamId, testTeamId, viewer } from '../support/request.ts';

const nineOn = (date: string) => `2030-01-${date}T08:00:00.000Z`;

async function setup(rule: object = {}, body: object = {}) {
  const fresh = await freshRecurrences();
  const { body: recurrence } = await fresh.create(rule, body);
  await fresh.runTimer();
  const id: string = recurrence.id;
  const update = async (patch: object) => {
    const reply = await fresh.update(id, patch);
    await fresh.runTimer();
    return reply;
  };
  async function edit(postId: string | undefined, text: string) {
    const before = await fresh.postTable.load(testTeamId, postId ?? '');
    const tools = {
      posts: fresh.postTable,
      lanes: fresh.lanes,
      queue: fresh.queue,
      connections: targetFinder(fresh.mastodon, fresh.bluesky),
    };
    await replan(before, { text }, tools, { now: fresh.clock.now, expectedRevision: undefined });
  }
  return { ...fresh, id, update, patch: fresh.update, edit };
}

describe('PATCH /recurrences/{recurrenceId}', () => {
  test('gives all that are to come another text: the posts that are made stay the same ones', async () => {
    const { update, planned, texts, times } = await setup();
    const before = await planned();
    expect(await update({ text: 'Changed' })).toMatchObject({ status: 200, body: { text: 'Changed' } });
    expect(new Set(await texts())).toEqual(new Set(['Changed']));
    expect((await planned()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(await times()).toHaveLength(14);
  });

  test('from a local time on changes that one and those after it', async () => {
    const { update, texts, id, read } = await setup();
    const reply = await update({ from: '2030-01-05T09:00', text: 'Changed' });
    expect(reply).toMatchObject({ body: { text: 'Changed', from: nineOn('05') } });
    expect(await texts()).toEqual([...Array(3).fill('Hello'), ...Array(11).fill('Changed')]);
    const { occurrences } = (await read(id)).body;
    expect(occurrences).toHaveLength(10);
    expect(occurrences[0]).toMatchObject({ localTime: '2030-01-02T09:00', state: 'made' });
  });

  test('ends the old rule there and begins the new one', async () => {
    const { update, times } = await setup();
    const rule = daily({ start: '2030-01-05T18:00', rrule: 'FREQ=DAILY;INTERVAL=2;COUNT=3' });
    await update({ from: '2030-01-05T00:00', rule });
    expect(await times()).toEqual([
      ...['02', '03', '04'].map(nineOn),
      ...['05', '07', '09'].map((date) => `2030-01-${date}T17:00:00.000Z`),
    ]);
  });

  test('keeps counting: what a change leaves of the rule is what the rule has left', async () => {
    const { update, times, clock, runTimer } = await setup({ rrule: 'FREQ=DAILY;COUNT=10' });
    await update({ from: '2030-01-05T09:00', text: 'Changed' });
    clock.now = addSeconds(noon, 3600);
    await runTimer();
    expect(await times()).toEqual(['02', '03', '04', '05', '06', '07', '08', '09', '10'].map(nineOn));
  });

  test('publishes to other connections from then on', async () => {
    const { update, planned, mastodon, bluesky } = await setup();
    await update({ from: '2030-01-15T00:00', connectionIds: [bluesky.id, mastodon.id] });
    const targets = (await planned()).map((post) => post.targets.length);
    expect(targets).toEqual([...Array(13).fill(1), 2]);
  });

  test('leaves alone a post that was edited by itself, and makes no second one for it', async () => {
    const { update, planned, edit, texts, times } = await setup();
    const [, second] = await planned();
    await edit(second?.id, 'Mine');
    expect((await planned())[1]).toMatchObject({ recurrence: { edited: true } });
    await update({ text: 'Changed' });
    expect((await texts()).slice(0, 3)).toEqual(['Changed', 'Mine', 'Changed']);
    await update({ connectionIds: (await planned())[0]?.targets.map(({ connectionId }) => connectionId) });
    await update({ rule: daily({ start: '2030-01-01T09:00', rrule: 'FREQ=DAILY;COUNT=10' }) });
    expect((await texts()).slice(0, 3)).toEqual(['Changed', 'Mine', 'Changed']);
    expect(await times()).toHaveLength(9);
    await update({ rule: daily({ start: '2030-02-01T09:00', rrule: 'FREQ=DAILY;COUNT=10' }) });
    expect(await texts()).toEqual(['Mine']);
  });

  test('changes at once what comes within minutes', async () => {
    const { patch, texts, clock, id } = await setup();
    clock.now = new Date('2030-01-02T07:58:00Z');
    expect(await patch(id, { text: 'Changed' })).toMatchObject({ status: 200 });
    expect((await texts()).slice(0, 2)).toEqual(['Changed', 'Hello']);
  });

  test('gives them other files and a thread, and takes these away again', async () => {
    const { update, runTimer, planned, publications, mastodon } = await setup({ rrule: 'FREQ=DAILY;COUNT=3' });
    const media = [{ url: 'https://cdn.example.com/news.jpg', type: 'image/jpeg' }];
    const thread = [{ text: 'More', media: [] }];
    const reply = await update({ media, thread, firstComment: 'A word' });
    expect(reply).toMatchObject({ status: 200, body: { text: 'Hello', media, thread, firstComment: 'A word' } });
    await runTimer();
    const [first] = await planned();
    expect(first).toMatchObject({ text: 'Hello', media, thread, firstComment: 'A word' });
    const parts = async () =>
      (await publications.find({ teamId: testTeamId, postId: first?.id ?? '', connectionId: mastodon.id }))?.partCount;
    expect(await parts()).toBe(3);
    expect(first?.targets).toMatchObject([{ parts: { published: 0, all: 3 } }]);
    await update({ media: [], thread: [], firstComment: null });
    expect(await planned()).toMatchObject([{ id: first?.id, media: [], thread: [], firstComment: null }, {}]);
    expect(await parts()).toBeUndefined();
    expect((await planned())[0]?.targets[0]).not.toHaveProperty('parts');
  });

  test('is refused when its contents to come are more than 100 kB in all', async () => {
    const { patch, id, load } = await setup();
    const url = `https://cdn.example.com/${'x'.repeat(1900)}.jpg`;
    const thread = Array(20).fill({ text: 'More', media: [{ url, type: 'image/jpeg' }] });
    const change = (day: string) => patch(id, { from: `2030-01-${day}T09:00`, text: day, thread });
    for (const day of ['05', '06']) expect(await change(day)).toMatchObject({ status: 200 });
    expect(await change('07')).toMatchObject({ status: 409, body: { code: 'recurrence.too_many_changes' } });
    expect((await load(id)).parts).toHaveLength(3);
    expect(await change('05')).toMatchObject({ status: 200 });
    expect((await load(id)).parts).toHaveLength(2);
  });

  test('an earlier change takes the place of a later one', async () => {
    const { update, texts } = await setup({ rrule: 'FREQ=DAILY;COUNT=6' });
    await update({ from: '2030-01-05T09:00', text: 'Later' });
    await update({ from: '2030-01-04T09:00', text: 'Earlier' });
    expect(await texts()).toEqual(['Hello', 'Hello', 'Earlier', 'Earlier', 'Earlier']);
  });

  test('makes anew what was skipped for a text that was too long', async () => {
    const { update, times, texts, connect, mastodon } = await setup(
      { rrule: 'FREQ=DAILY;COUNT=3' },
      { text: 'x'.repeat(400) },
    );
    connect({ ...mastodon, textLimits: { ...mastodon.textLimits, max: 300 } });
    await update({ from: '2030-01-03T00:00', connectionIds: [mastodon.id], text: 'x'.repeat(300) });
    expect((await texts()).map(({ length }) => length)).toEqual([400, 300]);
    connect({ ...mastodon, textLimits: { ...mastodon.textLimits, max: 200 } });
    await update({ rule: daily({ rrule: 'FREQ=DAILY;COUNT=3' }) });
    expect(await times()).toHaveLength(1);
    await update({ text: 'Short' });
    expect(await texts()).toEqual(['Short', 'Short']);
  });

  test('of many changes at once all are done, one after the other', async () => {
    const { patch, id, runTimer, texts, load } = await setup();
    const replies = await Promise.all(['One', 'Two', 'Three'].map((text) => patch(id, { text })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    await runTimer();
    const { parts, revision } = await load(id);
    expect(revision).toBe(4);
    expect(new Set(await texts())).toEqual(new Set([parts.at(-1)?.text]));
  });

  test('is refused for another version than was seen', async () => {
    const { id, read, patch } = await setup();
    const seen = { headers: { 'if-match': String((await read(id)).headers?.etag) } };
    expect(await patch(id, { text: 'One' }, seen)).toMatchObject({ status: 200 });
    expect(await patch(id, { text: 'Two' }, seen)).toMatchObject({ status: 412, body: { code: 'version.changed' } });
  });

  test.each([
    ['a rule without an end', { rule: daily({ rrule: 'FREQ=DAILY' }) }, 422, 'recurrence.endless'],
    ['a wrong rule', { rule: daily({ rrule: 'FREQ=ALWAYS;COUNT=1' }) }, 422, 'recurrence.rule_wrong'],
    ['a long rule', { rule: daily({ rrule: 'FREQ=DAILY;COUNT=2000' }) }, 422, 'recurrence.too_long'],
    ['a rule of the past', { rule: daily({ start: '2029-01-01T09:00' }) }, 422, 'recurrence.no_occurrences'],
    ['a time after the end', { from: '2030-03-01T09:00', text: 'Changed' }, 409, 'recurrence.ended'],
    ['unknown connections', { connectionIds: [newId('conn')] }, 404, 'connection.not_found'],
    ['a text that is too long', { text: 'x'.repeat(501) }, 422, 'post.text_too_long'],
    ['a time with an offset', { from: '2030-01-05T09:00:00Z' }, 422, 'input.invalid'],
    ['an unknown field', { until: '2030-01-05T09:00' }, 422, 'input.unknown_field'],
  ])('refuses %s and changes nothing', async (_, body, status, code) => {
    const { patch, id, load } = await setup();
    const before = await load(id);
    expect(await patch(id, body)).toMatchObject({ status, body: { code } });
    expect(await load(id)).toEqual(before);
  });

  test('refuses more changes ahead than are kept', async () => {
    const { patch, id } = await setup();
    const from = (day: number) => `2030-01-${String(day).padStart(2, '0')}T09:00`;
    for (let day = 5; day < 14; day++)
      expect(await patch(id, { from: from(day), text: `${day}` })).toMatchObject({ status: 200 });
    expect(await patch(id, { from: from(14), text: '14' })).toMatchObject({
      status: 409,
      body: { code: 'recurrence.too_many_changes' },
    });
    expect(await patch(id, { text: 'all' })).toMatchObject({ status: 200 });
  });

  test('refuses those that have ended, viewers, and those of other teams', async () => {
    const { patch, remove, id } = await setup();
    expect(await patch(id, { text: 'No' }, { caller: viewer })).toMatchObject({ status: 403 });
    const stranger = { caller: { ...editor, teamId: otherTeamId } };
    expect(await patch(id, { text: 'No' }, stranger)).toMatchObject({
      status: 404,
      body: { code: 'recurrence.not_found' },
    });
    await remove(id);
    expect(await patch(id, { text: 'No' })).toMatchObject({ status: 409, body: { code: 'recurrence.ended' } });
  });
});

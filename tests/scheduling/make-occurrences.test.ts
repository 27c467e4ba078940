import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../functions/runtime/clock.ts';
import type { Write } from '../../functions/runtime/table.ts';
import { mastodonTarget, noon } from '../support/posts.ts';
import { freshRecurrences } from '../support/recurrences.ts';
import { testTeamId } from '../support/request.ts';

const day = 24 * 3600;
const nineOn = (date: string) => `${date}T08:00:00.000Z`;

describe('makeOccurrences', () => {
  test('makes the posts of two weeks ahead, each once, however often it runs', async () => {
    const { create, runTimer, times, planned, mastodon } = await freshRecurrences();
    const { body } = await create();
    await runTimer();
    await runTimer();
    const found = await times();
    expect(found).toHaveLength(14);
    expect(found.at(0)).toBe(nineOn('2030-01-02'));
    expect(found.at(-1)).toBe(nineOn('2030-01-15'));
    expect((await planned())[0]).toMatchObject({
      text: 'Hello',
      state: 'scheduled',
      schedule: { localTime: '2030-01-02T09:00', timeZone: 'Europe/Berlin', adjusted: null },
      recurrence: { recurrenceId: body.id, edited: false },
      targets: [{ connectionId: mastodon.id, state: 'scheduled' }],
    });
  });

  test('goes on day by day until the rule ends, and then looks no more', async () => {
    const { create, runTimer, times, clock, load, table } = await freshRecurrences();
    const { body } = await create();
    for (let days = 0; days <= 31; days++) {
      clock.now = addSeconds(noon, days * day);
      await runTimer();
    }
    expect(new Set(await times()).size).toBe(29);
    expect(await times()).toHaveLength(29);
    expect(await load(body.id)).toMatchObject({ state: 'ended' });
    const [row] = (await table.rows()).filter(({ entity }) => entity === 'recurrence');
    expect(row).toMatchObject({ expiresAt: expect.any(Number) });
    expect(row).not.toHaveProperty('gsi1pk');
  });

  test('looks at nothing in between', async () => {
    const { create, runTimer, clock, tools } = await freshRecurrences();
    await create({ rrule: 'FREQ=WEEKLY;COUNT=10' });
    await runTimer();
    const dueAt = async (now: Date) => {
      const lists = [0, 1].map((shard) => tools.recurrences.listDue({ shard, until: now, limit: 10 }));
      return (await Promise.all(lists)).flat().length;
    };
    clock.now = addSeconds(noon, 6 * day);
    expect(await dueAt(clock.now)).toBe(0);
    expect(await dueAt(addSeconds(noon, 7 * day))).toBe(1);
  });

  test('of many runs at once, one makes each post', async () => {
    const { create, advance, load, times } = await freshRecurrences();
    const { body } = await create();
    const recurrence = await load(body.id);
    await Promise.all([1, 2, 3, 4].map(() => advance(recurrence)));
    expect(await times()).toHaveLength(14);
    expect(new Set(await times()).size).toBe(14);
  });

  test('goes on where a run died', async () => {
    const { create, advance, load, times, tools } = await freshRecurrences();
    const { body } = await create();
    const recurrence = await load(body.id);
    let left = 5;
    const { add } = tools.posts;
    tools.posts.add = async (...post) => {
      if (left-- === 0) throw new Error('killed');
      await add(...post);
    };
    await expect(advance(recurrence)).rejects.toThrow('killed');
    tools.posts.add = add;
    expect(await times()).toHaveLength(5);
    await advance(recurrence);
    expect(await times()).toHaveLength(14);
  });

  test('makes no more than fifty in one run, and the rest in the next', async () => {
    const { create, runTimer, times } = await freshRecurrences();
    await create({ rrule: 'FREQ=DAILY;BYHOUR=0,4,8,12,16,20;COUNT=300' });
    await runTimer();
    expect(await times()).toHaveLength(50);
    await runTimer();
    expect(await times()).toHaveLength(84);
  });

  test('makes up for nothing that was missed, but tells', async () => {
    const { create, runTimer, times, clock, read, tools, table } = await freshRecurrences();
    const { body } = await create();
    clock.now = addSeconds(noon, 3 * day);
    await runTimer();
    expect((await times()).at(0)).toBe(nineOn('2030-01-05'));
    expect(await times()).toHaveLength(14);
    const missed = (await tools.occurrences.list(testTeamId, body.id, noon.toISOString())).filter(
      ({ state }) => state === 'missed',
    );
    expect(missed.map(({ localTime }) => localTime)).toEqual(['02', '03', '04'].map((date) => `2030-01-${date}T09:00`));
    expect((await read(body.id)).body.occurrences[0]).toMatchObject({ state: 'made', publishAt: nineOn('2030-01-05') });
    expect((await table.rows()).filter(({ entity }) => entity === 'event')).toEqual([]);
  });

  test('keeps out of the hour of a connection in which four have come together', async () => {
    const { create, runTimer, planned, mastodon, bluesky, read } = await freshRecurrences();
    const both = { connectionIds: [mastodon.id, bluesky.id] };
    for (let minute = 10; minute < 14; minute++)
      await create({ start: `2030-01-02T09:${minute}`, rrule: 'FREQ=DAILY;COUNT=1' });
    await runTimer();
    const mixed = (await create({ start: '2030-01-02T09:20', rrule: 'FREQ=DAILY;COUNT=1' }, both)).body;
    await runTimer();
    const skipped = (await create({ start: '2030-01-02T09:30', rrule: 'FREQ=DAILY;COUNT=1' })).body;
    await create({ start: '2030-01-02T10:00', rrule: 'FREQ=DAILY;COUNT=1' });
    await runTimer();
    const found = await planned();
    expect(found).toHaveLength(6);
    expect(found.at(4)).toMatchObject({
      recurrence: { recurrenceId: mixed.id },
      targets: [{ connectionId: bluesky.id }],
    });
    expect((await read(skipped.id)).body.occurrences).toMatchObject([
      { state: 'skipped', reason: 'hour_is_full', postId: null },
    ]);
  });

  test('of many at once, no more than four get into an hour', async () => {
    const { create, advance, load, times } = await freshRecurrences();
    const minutes = Array.from({ length: 9 }, (_, minute) => minute + 10);
    const made = await Promise.all(
      minutes.map((minute) => create({ start: `2030-01-02T09:${minute}`, rrule: 'FREQ=DAILY;COUNT=1' })),
    );
    const recurrences = await Promise.all(made.map(({ body }) => load(body.id)));
    await Promise.all(recurrences.map(advance));
    expect(await times()).toHaveLength(4);
  });

  test('leaves out connections that are gone, and ends when none is left', async () => {
    const { create, runTimer, planned, disconnect, load, clock, mastodon, bluesky } = await freshRecurrences();
    const { body } = await create({}, { connectionIds: [mastodon.id, bluesky.id] });
    disconnect(mastodon.id);
    await runTimer();
    expect((await planned())[0]?.targets).toMatchObject([{ connectionId: bluesky.id }]);
    disconnect(bluesky.id);
    clock.now = addSeconds(noon, day);
    await runTimer();
    expect(await load(body.id)).toMatchObject({ state: 'ended' });
    expect(await planned()).toHaveLength(14);
  });

  test('skips what a connection no longer takes', async () => {
    const { create, runTimer, times, connect, mastodon, read } = await freshRecurrences();
    const { body } = await create({}, { text: 'x'.repeat(400) });
    connect({ ...mastodon, textLimits: { ...mastodon.textLimits, max: 300 } });
    await runTimer();
    expect(await times()).toEqual([]);
    expect((await read(body.id)).body.occurrences[0]).toMatchObject({ state: 'skipped', reason: 'text_too_long' });
  });

  test.each([
    ['media_refused', 'youtube', {}],
    ['thread_refused', 'linkedin', { thread: [{ text: 'More' }] }],
  ] as const)('skips with the reason %s what %s does not take', async (reason, platform, body) => {
    const { create, runTimer, times, connect, mastodon, read } = await freshRecurrences();
    const { id } = (await create({}, body)).body;
    connect({ ...mastodon, platform });
    await runTimer();
    expect(await times()).toEqual([]);
    expect((await read(id)).body.occurrences[0]).toMatchObject({ state: 'skipped', reason });
  });

  test('a post that was deleted is not made again', async () => {
    const { create, runTimer, planned, postTable, times, clock } = await freshRecurrences();
    await create();
    await runTimer();
    const [first] = await planned();
    await postTable.delete(await postTable.load(testTeamId, first?.id ?? ''));
    clock.now = addSeconds(noon, 60);
    await runTimer();
    expect((await times()).at(0)).toBe(nineOn('2030-01-03'));
  });

  /** The other one has its posts, and this one comes to its turn after a quarter of an hour again. */
  async function expectPutOff({ runTimer, times, clock }: Awaited<ReturnType<typeof freshRecurrences>>) {
    await expect(runTimer()).rejects.toThrow('1 recurrences');
    expect(await times()).toHaveLength(14);
    clock.now = addSeconds(noon, 60);
    await runTimer();
    clock.now = addSeconds(noon, 1000);
    await expect(runTimer()).rejects.toThrow('1 recurrences');
  }

  test('one that fails holds up no other, and is put off', async () => {
    const fresh = await freshRecurrences();
    const { create, tools } = fresh;
    const broken = (await create({ start: '2030-01-02T11:00' })).body;
    await create();
    const { add } = tools.posts;
    tools.posts.add = async (post, circumstances) => {
      if (post.recurrenceId === broken.id) throw new Error('broken');
      await add(post, circumstances);
    };
    await expectPutOff(fresh);
  });

  test('one that cannot be read holds up no other, and is put off', async () => {
    const fresh = await freshRecurrences();
    const { create, table } = fresh;
    const broken = (await create({ start: '2030-01-02T11:00' })).body;
    await create();
    await table.update({ pk: `TEAM#${testTeamId}`, sk: `RECUR#${broken.id}` }, { set: { parts: [] } });
    await expectPutOff(fresh);
  });

  test('one that fails while it is changed is not put off', async () => {
    const { create, runTimer, texts, tools, update } = await freshRecurrences();
    const { body } = await create();
    const { add } = tools.posts;
    tools.posts.add = async () => {
      tools.posts.add = add;
      await update(body.id, { text: 'Changed' });
      throw new Error('broken');
    };
    await expect(runTimer()).rejects.toThrow('1 recurrences');
    await runTimer();
    expect(new Set(await texts())).toEqual(new Set(['Changed']));
  });

  test('holds no more than ten at once, however many are due', async () => {
    const { create, runTimer, times, tools } = await freshRecurrences();
    const hours = Array.from({ length: 13 }, (_, hour) => hour + 10);
    for (const hour of hours) await create({ start: `2030-01-02T${hour}:00`, rrule: 'FREQ=DAILY;COUNT=1' });
    const { find, progress } = tools.recurrences;
    const held: number[] = [0];
    const hold = (count: number) => void held.push((held.at(-1) ?? 0) + count);
    tools.recurrences.find = (ref) => {
      hold(1);
      return find(ref);
    };
    tools.recurrences.progress = async (...done) => {
      await progress(...done);
      hold(-1);
    };
    await runTimer();
    expect(await times()).toHaveLength(hours.length);
    expect(Math.max(...held)).toBe(10);
  });

  test('a run that began before a change makes nothing by the old form', async () => {
    const { create, advance, load, update, texts } = await freshRecurrences();
    const { body } = await create();
    const before = await load(body.id);
    await update(body.id, { text: 'Changed' });
    await advance(before);
    expect(await texts()).toEqual([]);
    await advance(await load(body.id));
    expect(new Set(await texts())).toEqual(new Set(['Changed']));
  });

  test('moves a time out of a gap, and takes the first of two', async () => {
    const { create, runTimer, clock, planned } = await freshRecurrences();
    clock.now = new Date('2030-03-29T00:00:00Z');
    await create({ start: '2030-03-30T02:30', rrule: 'FREQ=DAILY;COUNT=3' });
    await runTimer();
    expect((await planned()).map(({ publishAt, schedule }) => [publishAt, schedule?.adjusted])).toEqual([
      ['2030-03-30T01:30:00.000Z', null],
      ['2030-03-31T01:30:00.000Z', 'gap'],
      ['2030-04-01T00:30:00.000Z', null],
    ]);
  });
});

test('the occurrence and its post are one transaction: neither is there without the other', async () => {
  const { create, advance, load, table, tools } = await freshRecurrences();
  const { body } = await create({ rrule: 'FREQ=DAILY;COUNT=2' });
  const { add } = tools.posts;
  const never: Write = { check: { pk: 'nothing', sk: 'nothing' }, if: { pk: 'present' } };
  tools.posts.add = (post, { now, also = [] }) => add(post, { now, also: [...also, never] });
  await expect(advance(await load(body.id))).rejects.toThrow('did not hold');
  expect((await table.rows()).map(({ entity }) => entity)).toEqual(['recurrence']);
});

test('connections of other teams are never published to', async () => {
  const { create, table } = await freshRecurrences();
  const foreign = mastodonTarget();
  expect(await create({}, { connectionIds: [foreign.id] })).toMatchObject({
    status: 404,
    body: { code: 'connection.not_found' },
  });
  expect(await table.rows()).toEqual([]);
});

import { describe, test } from 'vitest';
import * as z from 'zod';
import { Post } from '../../functions/posts/contract.ts';
import { pageOf } from '../../functions/runtime/shapes.ts';
import { ConnectionSlots, Occurrence, Recurrence, SlotTime } from '../../functions/scheduling/contract.ts';
import { addresses, api, arrivedAt, connectBluesky, newAccount, postIn, readPost } from '../support/journey.ts';

const timeZone = 'Europe/Berlin';
const FreeSlots = z.object({ items: z.array(SlotTime) });
const WithNext = Recurrence.extend({ occurrences: z.array(Occurrence) });

/** What a clock in Berlin shows so many seconds from now. */
function inBerlin(seconds: number): string {
  const at = new Date(Date.now() + seconds * 1000);
  return at.toLocaleString('sv-SE', { timeZone }).replace(' ', 'T').slice(0, 16);
}

const until = (instant: string | null | undefined) =>
  new Promise((resolve) => setTimeout(resolve, Date.parse(instant ?? '') - Date.now()));

async function setup() {
  const account = await newAccount();
  const connection = await connectBluesky(account);
  const draft = (text: string) =>
    api.get(Post, 'POST /posts', { ...account, body: { text, connectionIds: [connection.id] } });
  const schedule = (postId: string, body: object) =>
    api.get(Post, `POST /posts/${postId}/schedule`, { ...account, body });
  const setWeek = (slots: object[]) =>
    api.get(ConnectionSlots, `PUT /connections/${connection.id}/slots`, { ...account, body: { timeZone, slots } });
  const free = () => api.get(FreeSlots, `GET /connections/${connection.id}/slots/free?limit=3`, account);
  return { account, connection, draft, schedule, setWeek, free, text: `Journey ${crypto.randomUUID()}` };
}

/** Local times are told to the minute, so that some of these wait for one: side by side. */
describe.concurrent('scheduling through the running stack', () => {
  test('a post planned by a local time goes out when the clocks there show it', async ({ expect }) => {
    const { account, draft, schedule, text } = await setup();
    const { id } = await draft(text);
    const localTime = inBerlin(75);
    const planned = await schedule(id, { mode: 'at', publishAt: { localTime, timeZone } });
    expect(planned).toMatchObject({ state: 'scheduled', schedule: { localTime, timeZone, adjusted: null } });
    await until(planned.publishAt);
    const { targets } = await postIn(account, id, 'published');
    expect(Date.parse(targets[0]?.publishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(planned.publishAt ?? ''));
    expect(inBerlin((Date.parse(targets[0]?.publishedAt ?? '') - Date.now()) / 1000)).toBe(localTime);
    expect(await arrivedAt(addresses.bluesky, text)).toHaveLength(1);
  });

  test('posts queue up in the slots of a connection, and one that is deleted leaves its slot to another', async ({
    expect,
  }) => {
    const { account, draft, schedule, setWeek, free, text } = await setup();
    await setWeek([
      { day: 'mon', time: '09:30' },
      { day: 'thu', time: '17:00' },
    ]);
    const { items } = await free();
    const slots = items.map(({ publishAt }) => publishAt);
    const posts = await Promise.all([1, 2, 3].map((number) => draft(`${text} ${number}`)));
    const planned = await Promise.all(posts.map(({ id }) => schedule(id, { mode: 'next_slot' })));
    expect(planned.map(({ publishAt }) => publishAt).toSorted()).toEqual(slots);
    const first = planned.find(({ publishAt }) => publishAt === slots[0]);
    expect(await api.call(`DELETE /posts/${first?.id}`, account)).toMatchObject({ status: 204 });
    const { id } = await draft(`${text} 4`);
    expect(await schedule(id, { mode: 'next_slot' })).toMatchObject({ publishAt: slots[0] });
    const tomorrow = { localTime: inBerlin(22 * 3600), timeZone };
    expect(await schedule(id, { mode: 'at', publishAt: tomorrow })).toMatchObject({ schedule: tomorrow });
    expect((await free()).items[0]).toMatchObject({ publishAt: slots[0] });
  });

  test('a text recurs, an edited occurrence stays as it is, and ending it takes the others away', async ({
    expect,
  }) => {
    const { account, connection, text } = await setup();
    const rule = { rrule: 'FREQ=DAILY;COUNT=5', start: inBerlin(3600), timeZone };
    const body = { text, connectionIds: [connection.id], rule };
    const { id } = await api.get(Recurrence, 'POST /recurrences', { ...account, body });
    const read = () => api.get(WithNext, `GET /recurrences/${id}`, account);
    const made = async () => (await read()).occurrences.filter(({ state }) => state === 'made');
    await expect.poll(async () => (await made()).length, { timeout: 90_000, interval: 1000 }).toBe(5);
    const [first, second] = await made();
    expect(await readPost(account, first?.postId ?? '')).toMatchObject({ text, state: 'scheduled' });
    await api.call(`PATCH /posts/${second?.postId}`, { ...account, body: { text: `${text} mine` } });
    await api.call(`PATCH /recurrences/${id}`, { ...account, body: { text: `${text} changed` } });
    const texts = async () => {
      const { items } = await api.get(pageOf(Post), 'GET /posts?limit=100', account);
      return items.map((post) => post.text.replace(text, '').trim()).toSorted();
    };
    await expect
      .poll(texts, { timeout: 90_000, interval: 1000 })
      .toEqual(['changed', 'changed', 'changed', 'changed', 'mine']);
    expect(await api.call(`DELETE /recurrences/${id}`, account)).toMatchObject({ status: 204 });
    await expect.poll(texts, { timeout: 90_000, interval: 1000 }).toEqual(['mine']);
    expect(await read()).toMatchObject({ state: 'ended', occurrences: [] });
  }, 300_000);

  test('what comes within minutes is made at once, follows changes at once, and goes out in time', async ({
    expect,
  }) => {
    const { account, connection, text } = await setup();
    const other = await connectBluesky(account);
    const rule = { rrule: 'FREQ=WEEKLY;COUNT=3', start: inBerlin(95), timeZone };
    const body = { text, connectionIds: [connection.id], rule };
    const begin = () => api.get(Recurrence, 'POST /recurrences', { ...account, body });
    const change = (id: string, patch: object) => api.call(`PATCH /recurrences/${id}`, { ...account, body: patch });
    const first = async (id: string) => {
      const { occurrences } = await api.get(WithNext, `GET /recurrences/${id}`, account);
      expect(occurrences[0]).toMatchObject({ state: 'made' });
      return occurrences[0]?.postId ?? '';
    };
    const [one, given] = [await begin(), await begin()];
    const postId = await first(given.id);
    expect(await api.call(`DELETE /recurrences/${given.id}`, account)).toMatchObject({ status: 204 });
    expect(await api.call(`GET /posts/${postId}`, account)).toMatchObject({ status: 404 });
    expect(await change(one.id, { text: `${text} changed` })).toMatchObject({ status: 200 });
    expect(await change(one.id, { connectionIds: [other.id] })).toMatchObject({ status: 200 });
    const goingOut = await readPost(account, await first(one.id));
    await until(goingOut.publishAt);
    const { targets } = await postIn(account, goingOut.id, 'published');
    expect(targets).toMatchObject([{ connectionId: other.id }]);
    expect(await arrivedAt(addresses.bluesky, `${text} changed`)).toHaveLength(1);
    expect(await arrivedAt(addresses.bluesky, text)).toEqual([]);
  });
});

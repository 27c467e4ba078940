import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { analyticsSubscribers } from '../../functions/analytics/contract.ts';
import { trackPublication } from '../../functions/analytics/track-publication.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { subscriber } from '../../functions/runtime/events.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { eventDelivery } from '../support/events.ts';
import { freshMetrics, unreadMetrics } from '../support/metrics.ts';
import { noon } from '../support/posts.ts';

async function setup() {
  const { metrics, ...rest } = await freshMetrics();
  const handler = subscriber(analyticsSubscribers.trackPublication, trackPublication, () => ({ metrics }));
  const { publishedAt: at, likes: _, reposts: __, replies: ___, fetchedAt: ____, ...publication } = unreadMetrics();
  const data = { ...publication, url: 'https://social.example/@ada/42', latenessMs: 12 };
  const { type } = analyticsSubscribers.trackPublication.on;
  const event = eventDelivery(type, { id: newId('event'), at, teamId: publication.teamId, data });
  return { ...rest, metrics, publication, handle: () => handler(event), event, handler };
}

describe('publication.published', () => {
  test('begins to follow the publication, without figures yet', async () => {
    const { handle, metrics, publication, listDue } = await setup();
    await handle();
    const unread = unreadMetrics(publication);
    expect(await metrics.list(publication.teamId, publication.postId)).toEqual([unread]);
    expect(await listDue(addSeconds(noon, 4.999))).toEqual([]);
    expect(await listDue(addSeconds(noon, 5))).toEqual([unread]);
  });

  test('that comes a second time changes nothing', async () => {
    const { handle, metrics, publication, table } = await setup();
    await handle();
    const figures = { likes: 3, reposts: 0, replies: null };
    await metrics.store(publication, { figures, at: addSeconds(noon, 5), readAt: addSeconds(noon, 20) });
    const rows = await table.rows();
    await handle();
    expect(await table.rows()).toEqual(rows);
  });

  test('of which nobody knows the id on the platform is not followed', async () => {
    const { handler, event, table } = await setup();
    const { data, ...detail } = z
      .object({ data: z.record(z.string(), z.unknown()) })
      .loose()
      .parse(event.detail);
    const { platformPostId: _, ...known } = data;
    await handler({ ...event, detail: { ...detail, data: known } });
    expect(await table.rows()).toEqual([]);
  });

  test('that does not fit is not followed', async () => {
    const { handler, event, table } = await setup();
    await expect(handler({ ...event, detail: { ...Object(event.detail), data: {} } })).rejects.toThrow();
    expect(await table.rows()).toEqual([]);
  });
});

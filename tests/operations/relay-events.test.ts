import { describe, expect, test } from 'vitest';
import { operationsStreamReaders } from '../../functions/operations/contract.ts';
import { relayEvents } from '../../functions/operations/relay-events.ts';
import { publishingEvents } from '../../functions/publishing/contract.ts';
import type { BusEvent } from '../../functions/runtime/event-bus.ts';
import { eventWrite, StoredEvent } from '../../functions/runtime/events.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { streamReader } from '../../functions/runtime/stream-reader.ts';
import { storedConnection } from '../support/connections.ts';
import { noon, plannedPost } from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';
import { changeRecord, streamEvent } from '../support/stream.ts';
import { freshTable } from '../support/table.ts';

const failed = publishingEvents['publication.failed'];

/** Rows as the stream gives them: what was written to the table. */
async function happened(count: number) {
  const table = await freshTable();
  for (let number = 0; number < count; number++) {
    const ref = { teamId: testTeamId, postId: newId('post'), connectionId: newId('conn') };
    const data = { ...ref, platform: 'mastodon', code: String(number) } as const;
    await table.transact([eventWrite(failed, { teamId: testTeamId, at: noon, data })]);
  }
  return table.rows();
}

function setup(put?: () => Promise<void>) {
  const relayed: BusEvent[] = [];
  const bus = {
    put: async (events: readonly BusEvent[]) => {
      await put?.();
      relayed.push(...events);
    },
  };
  return { relayed, handler: streamReader(operationsStreamReaders.relayEvents, relayEvents, () => ({ bus })) };
}

describe('relayEvents', () => {
  test('passes on each event as it was written, and no other row', async () => {
    const { relayed, handler } = setup();
    const rows = await happened(3);
    const { post } = plannedPost();
    await handler(streamEvent({ pk: 'A', sk: '1', entity: 'post', v: 1, ...post }, ...rows));
    expect(relayed).toEqual(rows.map((row) => StoredEvent.parse(row)));
    expect(relayed[0]).toMatchObject({
      type: 'publication.failed',
      teamId: testTeamId,
      data: { platform: 'mastodon' },
    });
  });

  test('makes events of publications that came to their end', async () => {
    const { relayed, handler } = setup();
    const [publication] = plannedPost().publications;
    const [before, after] = ['publishing', 'missed'].map((state) => ({ ...publication, state, entity: 'publication' }));
    await handler({ Records: [changeRecord({ ...before }, { ...after, missedBy: 'skip' })] });
    expect(relayed).toMatchObject([{ type: 'publication.missed', teamId: testTeamId, data: { policy: 'skip' } }]);
  });

  test('makes events of connections that lost their access', async () => {
    const { relayed, handler } = setup();
    const before = { ...storedConnection(), entity: 'connection' };
    await handler({ Records: [changeRecord(before, { ...before, state: 'needs_reconnect' })] });
    await handler({ Records: [changeRecord({ ...before, state: 'needs_reconnect' }, before)] });
    expect(relayed).toMatchObject([{ type: 'connection.needs_reconnect', data: { connectionId: before.id } }]);
  });

  test('fails when the bus does, so that the batch comes again', async () => {
    const broken = new Error('broken');
    const { handler } = setup(() => Promise.reject(broken));
    await expect(handler(streamEvent(...(await happened(1))))).rejects.toBe(broken);
  });

  test('relays nothing of a batch with a row that is no event', async () => {
    const { relayed, handler } = setup();
    const rows = await happened(1);
    await expect(handler(streamEvent(...rows, { pk: 'A', sk: '1', entity: 'event', v: 2 }))).rejects.toThrow();
    expect(relayed).toEqual([]);
  });
});

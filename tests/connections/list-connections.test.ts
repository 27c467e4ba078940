import { describe, expect, test } from 'vitest';
import { connectionTable, type StoredConnection } from '../../functions/connections/connection-table.ts';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { listConnections } from '../../functions/connections/list-connections.ts';
import { cursors } from '../../functions/runtime/cursor.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { slotZones } from '../../functions/scheduling/public.ts';
import { storedConnection } from '../support/connections.ts';
import { editor, otherTeamId, send, viewer } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup(count: number, overrides: (place: number) => Partial<StoredConnection> = () => ({})) {
  const table = await freshTable();
  const connections = connectionTable(table);
  const made = Array.from({ length: count }, (_, place) =>
    storedConnection({ accountId: String(place), ...overrides(place) }),
  );
  for (const connection of made) await connections.insert(connection);
  await connections.insert(storedConnection({ teamId: otherTeamId }));
  const tools = { connections, zones: slotZones(table), cursors: cursors('k'.repeat(32)) };
  const newestFirst = made
    .map(({ id }) => id)
    .toSorted()
    .toReversed();
  return { newestFirst, handler: endpoint(connectionsContract.listConnections, listConnections, () => tools) };
}

describe('GET /connections', () => {
  test('walks the team’s connections in pages, newest first, without secrets', async () => {
    const { handler, newestFirst } = await setup(5);
    const first = await send(handler, { query: { limit: '2' }, caller: viewer });
    const second = await send(handler, { query: { limit: '2', cursor: first.body.next } });
    const third = await send(handler, { query: { limit: '2', cursor: second.body.next } });
    expect(third.body.next).toBeNull();
    const items = [first, second, third].flatMap(({ body }) => body.items);
    expect(items.map(({ id }) => id)).toEqual(newestFirst);
    expect(JSON.stringify(items)).not.toContain('sealed');
  });

  const mixed = (place: number): Partial<StoredConnection> => ({
    platform: place % 2 === 0 ? 'mastodon' : 'bluesky',
    isEnabled: place % 3 !== 0,
    state: place % 5 === 0 ? 'needs_reconnect' : 'active',
  });

  test.each([
    [{ platform: 'bluesky' }, 6],
    [{ state: 'disabled' }, 4],
    [{ state: 'needs_reconnect' }, 2],
    [{ state: 'active', platform: 'mastodon' }, 3],
    [{ state: 'revoked' }, 0],
  ] as [Record<string, string>, number][])('finds by %o, in whole pages', async (filter, count) => {
    const { handler } = await setup(12, mixed);
    const items: Record<string, unknown>[] = [];
    let next: string | null = null;
    do {
      const query: Record<string, string> = { ...filter, limit: '2', ...(next && { cursor: next }) };
      const { body } = await send(handler, { query });
      expect(body.items.length === 2 || body.next === null).toBe(true);
      items.push(...body.items);
      next = body.next;
    } while (next !== null);
    expect(new Set(items.map(({ id }) => id)).size).toBe(count);
    for (const item of items) expect(item).toMatchObject(filter);
  });

  test('refuses the cursor of another filter', async () => {
    const { handler } = await setup(12, mixed);
    const { body } = await send(handler, { query: { limit: '1', platform: 'bluesky' } });
    const refused = { status: 400, body: { code: 'cursor.invalid' } };
    expect(await send(handler, { query: { cursor: body.next } })).toMatchObject(refused);
    expect(await send(handler, { query: { cursor: body.next, platform: 'mastodon' } })).toMatchObject(refused);
  });

  test('fills its pages where connections are large, and leaves none out', async () => {
    const { handler, newestFirst } = await setup(30, () => ({ sealedSecret: 'x'.repeat(100_000) }));
    const first = await send(handler, { query: { limit: '20' } });
    const second = await send(handler, { query: { limit: '20', cursor: first.body.next } });
    expect([first, second].map(({ body }) => body.items.length)).toEqual([20, 10]);
    expect(second.body.next).toBeNull();
    expect([first, second].flatMap(({ body }) => body.items).map(({ id }) => id)).toEqual(newestFirst);
  });

  test('is empty at first', async () => {
    const { handler } = await setup(0);
    expect(await send(handler)).toMatchObject({ status: 200, body: { items: [], next: null } });
  });

  test('refuses a cursor that was changed, or given to another team', async () => {
    const { handler } = await setup(2);
    const { body } = await send(handler, { query: { limit: '1' } });
    const refused = { status: 400, body: { code: 'cursor.invalid' } };
    expect(await send(handler, { query: { cursor: `${body.next}A` } })).toMatchObject(refused);
    const theirs = { ...editor, teamId: otherTeamId };
    expect(await send(handler, { query: { cursor: body.next }, caller: theirs })).toMatchObject(refused);
  });
});

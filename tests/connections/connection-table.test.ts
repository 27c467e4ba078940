import { describe, expect, test } from 'vitest';
import { connectionTable } from '../../functions/connections/connection-table.ts';
import { connectionReader } from '../../functions/connections/public.ts';
import { storedConnection } from '../support/connections.ts';
import { testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

/** Connections of which ten are as much as DynamoDB reads at once. */
async function setup(count: number) {
  const connections = connectionTable(await freshTable());
  const sealedSecret = 'x'.repeat(100_000);
  const made = Array.from({ length: count }, (_, place) =>
    storedConnection({ accountId: String(place), sealedSecret }),
  );
  for (const one of made) await connections.insert(one);
  const newestFirst = made
    .map(({ id }) => id)
    .toSorted()
    .toReversed();
  return { connections, newestFirst };
}

describe('a list of connections', () => {
  test('holds fewer than asked for where they are large, and names the place to go on from', async () => {
    const { connections, newestFirst } = await setup(25);
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await connections.list(testTeamId, { limit: 100, after });
      expect(page.connections.length).toBeLessThan(15);
      found.push(...page.connections.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(found).toEqual(newestFirst);
  });

  test('of ids has all of them, or as many as were asked for', async () => {
    const { connections, newestFirst } = await setup(25);
    const { listIds } = connectionReader(connections);
    expect(await listIds(testTeamId, 1000)).toEqual(newestFirst);
    expect(await listIds(testTeamId, 20)).toEqual(newestFirst.slice(0, 20));
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '../../functions/runtime/ids.ts';
import { ConditionFailed, type Write } from '../../functions/runtime/table.ts';
import { giveBackSlot, takeSlot } from '../../functions/scheduling/taken-slot-table.ts';
import { noon } from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';
import { freshSlots } from '../support/slots.ts';

async function setup() {
  const fresh = await freshSlots();
  const lane = { teamId: testTeamId, connectionId: fresh.connection.id };
  const slots = [{ day: 'mon', time: '09:00' } as const, { day: 'thu', time: '17:15' } as const];
  await fresh.slots.set(lane, { timeZone: 'Europe/Paris', slots }, { now: noon, expected: 0 });
  const transact = (writes: Write[]) =>
    fresh.table.transact(writes).then(
      () => true,
      (error) => {
        if (error instanceof ConditionFailed) return false;
        throw error;
      },
    );
  /** Takes the next free slot with a row that stands for a post; when another one was faster, the one after. */
  async function takeNext(): Promise<string> {
    const postId = newId('post');
    for (;;) {
      const [free] = await fresh.free.list(lane, { now: noon, limit: 1 });
      if (!free) throw new Error('no slot is free');
      const post = { insert: { pk: postId, sk: 'POST', entity: 'post', at: free.publishAt } };
      if (await transact([takeSlot({ ...lane, publishAt: free.publishAt }, postId), post])) return free.publishAt;
    }
  }
  const giveBack = (publishAt: string) => transact([giveBackSlot({ ...lane, publishAt })]);
  return { ...fresh, lane, takeNext, giveBack, transact };
}

describe('slots', () => {
  test('of many posts that take the next one at once, each gets one of its own, and none is left out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 16 }), async (takers) => {
        const { takeNext, free, lane, table } = await setup();
        const expected = (await free.list(lane, { now: noon, limit: takers })).map(({ publishAt }) => publishAt);
        const got = await Promise.all(Array.from({ length: takers }, takeNext));
        expect(got.toSorted()).toEqual(expected);
        const rows = await table.rows();
        expect(rows.filter(({ entity }) => entity === 'post')).toHaveLength(takers);
        expect(rows.filter(({ entity }) => entity === 'takenSlot')).toHaveLength(takers);
      }),
      { numRuns: 8 },
    );
  });

  test('given back are free again, while others take them at once', async () => {
    const { takeNext, giveBack } = await setup();
    const first = await takeNext();
    const [, ...others] = await Promise.all([giveBack(first), takeNext(), takeNext(), takeNext()]);
    expect(new Set(others).size).toBe(3);
    const left = await takeNext();
    expect([...others, left]).toContain(first);
  });

  test('are not taken when the rest of the transaction is refused', async () => {
    const { transact, lane, free } = await setup();
    const [next] = await free.list(lane, { now: noon, limit: 1 });
    const slot = { ...lane, publishAt: next?.publishAt ?? '' };
    expect(
      await transact([takeSlot(slot, newId('post')), { check: { pk: 'x', sk: 'x' }, if: { pk: 'present' } }]),
    ).toBe(false);
    expect(await free.list(lane, { now: noon, limit: 1 })).toEqual([next]);
  });

  test('go away a day after they passed', async () => {
    const { takeNext, table } = await setup();
    const at = await takeNext();
    const [row] = (await table.rows()).filter(({ entity }) => entity === 'takenSlot');
    expect(row?.expiresAt).toBe(Date.parse(at) / 1000 + 24 * 3600);
  });
});

import { describe, expect, test } from 'vitest';
import { type Attempt, attemptLimits } from '../../functions/runtime/attempt-limits.ts';
import { addSeconds, unixSeconds } from '../../functions/runtime/clock.ts';
import { noon } from '../support/posts.ts';
import { freshTable } from '../support/table.ts';

async function setup() {
  const table = await freshTable();
  let at = noon;
  const limits = attemptLimits(
    table,
    () => at,
    () => ({ perAccount: 2, perAddress: 4 }),
  );
  const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
    operation: 'login',
    address: '192.0.2.1',
    account: 'ada@example.com',
    ...changes,
  });
  const pass = (seconds: number) => {
    at = addSeconds(at, seconds);
  };
  const take = (changes?: Partial<Attempt>) => limits.take(attempt(changes));
  return { table, limits, attempt, take, pass };
}

describe('attempt limits', () => {
  test('let through so many for an account, then say how long to wait', async () => {
    const { take, pass } = await setup();
    expect([await take(), await take(), await take()]).toEqual([undefined, undefined, 450]);
    expect(await take({ account: 'eve@example.com' })).toBeUndefined();
    pass(450);
    expect(await take()).toBeUndefined();
  });

  test('let through so many from an address, whatever the account', async () => {
    const { take } = await setup();
    const waits = [];
    for (let count = 0; count < 5; count++) waits.push(await take({ account: `user-${count}@example.com` }));
    expect(waits).toEqual([undefined, undefined, undefined, undefined, 225]);
    expect(await take({ address: '192.0.2.2', account: undefined })).toBeUndefined();
  });

  test('take nothing from an account for an address that is refused', async () => {
    const { take } = await setup();
    for (let count = 0; count < 10; count++) await take({ account: undefined });
    for (let count = 0; count < 5; count++) expect(await take()).toBeGreaterThan(0);
    expect(await take({ address: '192.0.2.2' })).toBeUndefined();
  });

  test('count each operation for itself', async () => {
    const { take } = await setup();
    for (let count = 0; count < 3; count++) await take();
    expect(await take({ operation: 'resetPassword' })).toBeUndefined();
  });

  test('forget what is given back', async () => {
    const { limits, attempt, take } = await setup();
    for (let count = 0; count < 10; count++) {
      expect(await take()).toBeUndefined();
      await limits.giveBack(attempt());
    }
  });

  test('never hold more than they let through, however much is given back', async () => {
    const { limits, attempt, take, pass } = await setup();
    await take();
    pass(900);
    await take();
    for (let count = 0; count < 5; count++) await limits.giveBack(attempt());
    await limits.giveBack(attempt({ account: 'nobody@example.com' }));
    expect([await take(), await take(), await take()]).toEqual([undefined, undefined, expect.any(Number)]);
  });

  test('know accounts and addresses by digests only, and for a quarter of an hour', async () => {
    const { take, table } = await setup();
    await take();
    const rows = await table.rows();
    expect(rows.map(({ pk }) => String(pk).split('#')[1]).toSorted()).toEqual(['ACCOUNT', 'ADDRESS']);
    expect(JSON.stringify(rows)).not.toMatch(/ada|192/);
    for (const { expiresAt } of rows) expect(expiresAt).toBe(unixSeconds(noon) + 945);
  });

  test.each([
    ['2001:db8::1', '2001:db8::2', true],
    ['2001:db8::1', '2001:db8:0:0:ffff::', true],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', true],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:3:3:4:5:6', false],
    ['::1', '::2', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
    ['192.0.2.1', '192.0.2.2', false],
  ])('take %s and %s for one network: %s', async (one, other, isOne) => {
    const { take } = await setup();
    for (let count = 0; count < 4; count++) await take({ address: one, account: undefined });
    const wait = await take({ address: other, account: undefined });
    expect(wait !== undefined).toBe(isOne);
  });
});

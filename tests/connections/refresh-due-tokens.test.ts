import { describe, expect, test } from 'vitest';
import type { Account } from '../../functions/platforms/adapter.ts';
import { PlatformRefused, type Refusal } from '../../functions/platforms/public.ts';
import { openTokens } from '../../functions/platforms/token-session.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { noon } from '../support/accounts.ts';
import { freshDueTokens, renewing, tokensUntil } from '../support/due-tokens.ts';
import { testTeamId } from '../support/request.ts';

const minutes = (count: number) => addSeconds(noon, count * 60);
const days = (count: number) => minutes(count * 24 * 60);
const iso = (at: Date) => at.toISOString();

const refusing = (refusal: Partial<Refusal>) => async () => {
  throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message: 'no', ...refusal });
};

/** An account that is due, on a platform that answers to its renewal. */
async function setup(refresh: (account: Account) => Promise<void> = renewing(), expiresAt = minutes(24)) {
  const asked: string[] = [];
  const fresh = await freshDueTokens(async (account) => {
    asked.push(account.accountId);
    await refresh(account);
  });
  const due = await fresh.connect(tokensUntil(expiresAt));
  return { ...fresh, asked, due };
}

describe('refreshDueTokens', () => {
  test('renews what is due, and plans the next time', async () => {
    const { run, due, load, accounts, inIndex } = await setup();
    await run();
    const opened = await accounts.open(testTeamId, due.id);
    expect(openTokens({ secret: opened?.account.secret ?? '' })).toMatchObject({ accessToken: 'a 2' });
    const dueAt = iso(minutes(96));
    const renewed = { secretVersion: 2, tokenExpiresAt: iso(minutes(120)), tokenDueAt: dueAt, state: 'active' };
    expect(await load(due)).toMatchObject(renewed);
    expect(await inIndex()).toMatchObject([{ gsi1pk: 'TOKEN#x#0', gsi1sk: `${dueAt}#${due.id}` }]);
  });

  test('leaves alone what is not due', async () => {
    const { run, connect, asked, due } = await setup();
    await connect(tokensUntil(minutes(90)), { accountId: '2', dueAt: minutes(1) });
    await run();
    await run();
    expect(asked).toEqual([due.accountId]);
  });

  test('renews nothing twice when two runs meet', async () => {
    const used: string[] = [];
    const { run, connect, table } = await setup(renewing(used));
    for (let number = 2; number <= 30; number++) await connect(tokensUntil(minutes(24)), { accountId: String(number) });
    await Promise.all([run(), run(), run()]);
    const rows = (await table.rows()).filter(({ entity }) => entity === 'connection');
    expect(rows.map(({ secretVersion }) => secretVersion)).toEqual(Array.from({ length: 30 }, () => 2));
    expect(new Set(used).size).toBe(30);
    expect(used).toHaveLength(30);
  });

  test.each([
    ['in the time that is left, denser towards the end', minutes(24), minutes(6)],
    ['not all the time', minutes(2), minutes(5)],
    ['some times a day at least', days(12), minutes(360)],
    ['ever more rarely after the end', minutes(-120), minutes(30)],
  ])('tries again what failed for now: %s', async (_, expiresAt, nextAt) => {
    const { run, due, load } = await setup(refusing({}), expiresAt);
    await run();
    expect(await load(due)).toMatchObject({ state: 'active', secretVersion: 1, tokenDueAt: iso(nextAt) });
  });

  test('comes back when the platform says', async () => {
    const { run, due, load } = await setup(refusing({ kind: 'rate_limited', retryAt: minutes(15) }));
    await run();
    expect(await load(due)).toMatchObject({ state: 'active', tokenDueAt: iso(minutes(15)) });
  });

  test('marks what the user must connect again, and asks no more', async () => {
    const { run, due, load, inIndex, asked } = await setup(refusing({ kind: 'reconnect' }));
    await run();
    expect(await load(due)).toMatchObject({ state: 'needs_reconnect', tokenDueAt: null });
    expect(await inIndex()).toEqual([]);
    await run();
    expect(asked).toHaveLength(1);
  });

  describe('where a platform refuses many in one run', () => {
    async function refusedRun(isRefused: (account: Account) => boolean) {
      const refuse = refusing({ kind: 'reconnect' });
      const { run, connect, table } = await setup((account) => (isRefused(account) ? refuse() : renewing()(account)));
      for (let number = 2; number <= 12; number++)
        await connect(tokensUntil(minutes(24)), { accountId: String(number) });
      await run();
      return (await table.rows()).filter(({ entity }) => entity === 'connection');
    }

    test('it is the users, if it takes the tokens of any other', async () => {
      const rows = await refusedRun(({ accountId }) => accountId !== '7');
      expect(rows.filter(({ state }) => state === 'needs_reconnect')).toHaveLength(11);
    });

    test('it is the platform or our app, if it takes none: they are tried again', async () => {
      const rows = await refusedRun(() => true);
      expect(rows).toHaveLength(12);
      for (const row of rows) expect(row).toMatchObject({ state: 'active', tokenDueAt: iso(minutes(6)) });
    });
  });

  test('asks nothing for a connection that waits for its user', async () => {
    const { run, connect, load, asked, due } = await setup();
    const lost = await connect(tokensUntil(minutes(24)), { accountId: '2', state: 'needs_reconnect' });
    await run();
    expect(asked).toEqual([due.accountId]);
    expect(await load(lost)).toMatchObject({ state: 'needs_reconnect', tokenDueAt: null });
  });

  test('puts off what fails on our side, and fails after all others', async () => {
    const broken = new Error('broken');
    const { run, due, load, connect } = await setup(async (account) => {
      if (account.accountId === '1') throw broken;
      await renewing()(account);
    });
    const other = await connect(tokensUntil(minutes(24)), { accountId: '2' });
    await expect(run()).rejects.toMatchObject({ errors: [broken] });
    expect(await load(due)).toMatchObject({ tokenDueAt: iso(minutes(6)) });
    expect(await load(other)).toMatchObject({ secretVersion: 2 });
  });

  test('begins nothing when its time is over', async () => {
    const { run, connect, passTo, asked } = await setup(async () => passTo(minutes(1)));
    for (let number = 2; number <= 40; number++) await connect(tokensUntil(minutes(24)), { accountId: String(number) });
    await run();
    expect(asked.length).toBeLessThanOrEqual(10);
  });
});

describe('tokens that only the user can renew', () => {
  async function endingSoon() {
    const fresh = await setup();
    const due = await fresh.connect(tokensUntil(days(10), undefined), { accountId: '2', tokenIsRenewable: false });
    return { ...fresh, due };
  }

  test('are told of, once', async () => {
    const { run, due, load, events } = await endingSoon();
    await Promise.all([run(), run()]);
    await run();
    const expiresAt = iso(days(10));
    expect(await events()).toMatchObject([
      {
        type: 'connection.expiring',
        teamId: testTeamId,
        data: { connectionId: due.id, platform: 'x', accountName: due.accountName, expiresAt, scheduled: 0 },
      },
    ]);
    expect(await load(due)).toMatchObject({ state: 'active', tokenDueAt: iso(days(1)) });
  });

  test('are told of again on a later day, when more is scheduled for after their end', async () => {
    const { run, due, schedule, passTo, events } = await endingSoon();
    const toldOn = async (day: number) => {
      passTo(days(day));
      await run();
      return (await events()).map(({ data }) => Object(data).scheduled).toSorted();
    };
    await schedule(due, days(9));
    expect(await toldOn(0)).toEqual([0]);
    await schedule(due, days(10));
    await schedule(due, days(40));
    expect(await toldOn(0.5)).toEqual([0]);
    expect(await toldOn(1)).toEqual([0, 2]);
    expect(await toldOn(2)).toEqual([0, 2]);
    expect(await toldOn(9.5)).toEqual([0, 2]);
  });

  test('need their user when they have ended', async () => {
    const { run, due, load, passTo, asked } = await endingSoon();
    await run();
    passTo(days(10));
    await run();
    expect(await load(due)).toMatchObject({ state: 'needs_reconnect', tokenDueAt: null });
    expect(asked).not.toContain(due.accountId);
  });
});

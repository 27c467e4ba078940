import { describe, expect, test } from 'vitest';
import { StoredConnection } from '../../functions/connections/connection-table.ts';
import { tokenTimes } from '../../functions/connections/token-times.ts';
import type { TokenLife } from '../../functions/platforms/public.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { noon } from '../support/accounts.ts';
import { endless, storedConnection } from '../support/connections.ts';

const hours = (count: number) => addSeconds(noon, count * 3600);
const days = (count: number) => hours(count * 24);

const timesOf = (life: TokenLife | undefined) =>
  tokenTimes(
    { platform: 'x', secret: 's' },
    { accessFor: async () => ({ sharesTokens: false, tokenLife: () => life }), now: noon },
  );

describe('times of tokens', () => {
  test.each([
    ['two hours', hours(2), true, hours(1.6)],
    ['60 days', days(60), true, days(48)],
    ['60 days, and only the user can renew it', days(60), false, days(50)],
    ['two hours, and only the user can renew it', hours(2), false, hours(1.6)],
    ['no time any more', hours(-1), true, noon],
  ])('of a life of %s', async (_, expiresAt, isRenewable, dueAt) => {
    expect(await timesOf({ expiresAt, isRenewable })).toEqual({
      tokenExpiresAt: expiresAt.toISOString(),
      tokenIsRenewable: isRenewable,
      tokenDueAt: dueAt.toISOString(),
      endToldOf: null,
    });
  });

  test('of tokens without an end', async () => {
    expect(await timesOf(undefined)).toEqual(endless);
    const platformWithout = async () => ({ sharesTokens: true });
    const secret = { platform: 'mastodon', secret: 's' } as const;
    expect(await tokenTimes(secret, { accessFor: platformWithout, now: noon })).toEqual(endless);
  });

  test('of a row of before: none', () => {
    const { tokenExpiresAt: _, tokenIsRenewable: __, tokenDueAt: ___, endToldOf: ____, ...before } = storedConnection();
    expect(StoredConnection.parse(before)).toMatchObject(endless);
  });
});

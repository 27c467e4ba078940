import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountOpener } from '../../functions/connections/account-opener.ts';
import { connectionTable } from '../../functions/connections/connection-table.ts';
import { secretContext } from '../../functions/connections/secret-renewal.ts';
import { accessOver, PlatformRefused } from '../../functions/platforms/public.ts';
import { endless, storedConnection } from '../support/connections.ts';
import { testTeamId } from '../support/request.ts';
import { calls } from '../support/sandbox.ts';
import { fakeSecretBox } from '../support/secret-box.ts';
import { freshTable } from '../support/table.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function setup({ wait = () => pause(1) } = {}) {
  const connections = connectionTable(await freshTable());
  const secrets = fakeSecretBox();
  const plain = storedConnection();
  const stored = { ...plain, sealedSecret: await secrets.seal('token 0', secretContext(plain)) };
  await connections.insert(stored);
  let at = Date.parse('2030-01-01T12:00:00Z');
  const opener = accountOpener({ connections, secrets, accessFor: accessOver(calls), now: () => new Date(at), wait });
  const open = async () => {
    const opened = await opener.open(testTeamId, stored.id);
    if (!opened) throw new Error('not there');
    return opened;
  };
  const later = (ms: number) => {
    at += ms;
  };
  return { connections, secrets, stored, open, later };
}

/** A platform whose tokens work once: used a second time, the whole access is lost. */
function rotatingPlatform() {
  let current = 0;
  let isLost = false;
  return {
    current: () => `token ${current}`,
    isLost: () => isLost,
    async renew(token: string, { ms = 0, fails = false } = {}): Promise<string> {
      await pause(ms);
      if (fails) throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message: 'busy' });
      if (token !== `token ${current}`) isLost = true;
      current += 1;
      return `token ${current}`;
    },
  };
}

/** A platform whose replies may be lost on their way. A forgiving one gives the next token again for the one before. */
function losingPlatform({ isForgiving }: { isForgiving: boolean }) {
  const given = ['token 0'];
  let lost = 0;
  const refusal = (kind: 'reconnect' | 'retry_later') =>
    new PlatformRefused({ kind, platformCode: null, message: 'no answer, or no' });
  return {
    given: () => given,
    current: () => given.at(-1),
    lostReplies: () => lost,
    async renew(token: string, { ms = 0, isLost = false } = {}): Promise<string> {
      await pause(ms);
      const isBefore = isForgiving && token === given.at(-2);
      if (token !== given.at(-1) && !isBefore) throw refusal('reconnect');
      if (!isBefore) given.push(`token ${given.length}`);
      await pause(ms);
      if (!isLost) return given.at(-1) ?? '';
      lost += 1;
      throw refusal('retry_later');
    },
  };
}

describe('renewing a secret', () => {
  test('keeps each one, before it is used', async () => {
    const { open } = await setup();
    const { account, secretVersion } = await open();
    expect(await account.renewSecret(async (old) => `${old}, second`)).toBe('token 0, second');
    expect((await open()).account.secret).toBe('token 0, second');
    await account.renewSecret(async (old) => `${old}, third`);
    expect(account.secret).toBe('token 0, second, third');
    expect((await open()).account.secret).toBe(account.secret);
    expect(secretVersion()).toBe(3);
  });

  test('is done by one of many, and all others go on with what it got', async () => {
    const { open } = await setup();
    const platform = rotatingPlatform();
    const runs = await Promise.all(Array.from({ length: 6 }, open));
    const got = await Promise.all(
      runs.map(({ account }) => account.renewSecret((token) => platform.renew(token, { ms: 20 }))),
    );
    expect(new Set(got)).toEqual(new Set(['token 1']));
    expect(platform).toSatisfy(({ isLost, current }) => !isLost() && current() === 'token 1');
    expect(runs.map(({ secretVersion }) => secretVersion())).toEqual(runs.map(() => 2));
  });

  test('is not done by who has an older one', async () => {
    const { open } = await setup();
    const platform = rotatingPlatform();
    const [one, other] = [await open(), await open()];
    await one.account.renewSecret(platform.renew);
    expect(await other.account.renewSecret(platform.renew)).toBe('token 1');
    expect(other.account.secret).toBe('token 1');
    expect(await other.account.renewSecret(platform.renew)).toBe('token 2');
  });

  test('that failed may be tried by the next at once', async () => {
    const { open } = await setup();
    const platform = rotatingPlatform();
    const [one, other] = [await open(), await open()];
    await expect(one.account.renewSecret((token) => platform.renew(token, { fails: true }))).rejects.toThrow('busy');
    expect(await other.account.renewSecret(platform.renew)).toBe('token 1');
  });

  test('of a run that died is done again after its time', async () => {
    let waited = 0;
    const { open, later } = await setup({
      wait: async () => {
        waited += 1;
        later(1_000);
      },
    });
    const [dying, next] = [await open(), await open()];
    const dead = Promise.withResolvers<void>();
    const dies = () => {
      dead.resolve();
      return new Promise<never>(() => undefined);
    };
    await Promise.race([dying.account.renewSecret(dies), dead.promise]);
    expect(await next.account.renewSecret(rotatingPlatform().renew)).toBe('token 1');
    expect(waited).toBe(30);
  });

  test('does not wait for ever', async () => {
    const { open } = await setup({ wait: async () => undefined });
    const [one, other] = [await open(), await open()];
    const started = Promise.withResolvers<void>();
    const slow = () => {
      started.resolve();
      return new Promise<never>(() => undefined);
    };
    await Promise.race([one.account.renewSecret(slow), started.promise]);
    const waiting = other.account.renewSecret(async () => 'never');
    await expect(waiting).rejects.toMatchObject({ refusal: { kind: 'retry_later' } });
  });

  test('leaves alone the tokens of who connected the account again meanwhile', async () => {
    const { open, connections, secrets, stored } = await setup();
    const { account } = await open();
    await connections.needReconnect(testTeamId, stored.id);
    await account.renewSecret(async () => {
      const sealedSecret = await secrets.seal('connected again', secretContext(stored));
      const { accountName, accountUrl, avatarUrl, server, scopes, textLimits, lastCheckedAt, health } = stored;
      const facts = { accountName, accountUrl, avatarUrl, server, scopes, textLimits, lastCheckedAt, health };
      await connections.renew(stored, { ...facts, ...endless, sealedSecret });
      return 'of before';
    });
    expect(account.secret).toBe('of before');
    expect((await open()).account.secret).toBe('connected again');
  });

  test('brings no deleted connection back', async () => {
    const { open, connections, stored } = await setup();
    const { account } = await open();
    await connections.delete(stored);
    expect(await account.renewSecret(async () => 'late')).toBe('late');
    expect(await connections.find(testTeamId, stored.id)).toBeUndefined();
  });

  const run = fc.record({
    startsAfter: fc.nat(15),
    takes: fc.nat(10),
    fails: fc.boolean(),
    times: fc.integer({ min: 1, max: 3 }),
  });

  test('no interleaving uses a token twice or loses one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 2, maxLength: 5 }), async (runs) => {
        const { open } = await setup();
        const platform = rotatingPlatform();
        const going = runs.map(async ({ startsAfter, takes, fails, times }) => {
          await pause(startsAfter);
          const { account } = await open();
          for (let time = 0; time < times; time++)
            await account.renewSecret((token) => platform.renew(token, { ms: takes, fails: fails && time === 0 }));
        });
        await Promise.allSettled(going);
        expect(platform.isLost()).toBe(false);
        expect((await open()).account.secret).toBe(platform.current());
      }),
      { numRuns: 25 },
    );
  });

  const racing = fc.array(
    fc.record({
      startsAfter: fc.nat(10),
      takes: fc.nat(8),
      isReplyLost: fc.boolean(),
      times: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 2, maxLength: 4 },
  );
  type Racing = typeof racing extends fc.Arbitrary<infer Runs> ? Runs : never;

  /** Runs race to renew; of some, the platform's reply is lost once. */
  async function race(runs: Racing, platform: ReturnType<typeof losingPlatform>) {
    const { open } = await setup();
    const going = runs.map(async ({ startsAfter, takes, isReplyLost, times }) => {
      await pause(startsAfter);
      const { account } = await open();
      for (let time = 0; time < times; time++)
        await account.renewSecret((token) => platform.renew(token, { ms: takes, isLost: isReplyLost && time === 0 }));
    });
    const ends = await Promise.allSettled(going);
    const refusals = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.refusal.kind] : []));
    return { open, refusals };
  }

  test('a lost reply is made up for where the platform takes the token before once more', async () => {
    await fc.assert(
      fc.asyncProperty(racing, async (runs) => {
        const platform = losingPlatform({ isForgiving: true });
        const { open, refusals } = await race(runs, platform);
        expect(refusals).not.toContain('reconnect');
        await (await open()).account.renewSecret((token) => platform.renew(token));
        expect((await open()).account.secret).toBe(platform.current());
      }),
      { numRuns: 25 },
    );
  });

  test('a lost reply is known at once where it does not, and never without one', async () => {
    await fc.assert(
      fc.asyncProperty(racing, async (runs) => {
        const platform = losingPlatform({ isForgiving: false });
        const { open, refusals } = await race(runs, platform);
        const { account } = await open();
        if (platform.lostReplies() === 0) {
          expect(refusals).toEqual([]);
          expect(account.secret).toBe(platform.current());
        } else {
          const renewing = account.renewSecret((token) => platform.renew(token));
          await expect(renewing).rejects.toMatchObject({ refusal: { kind: 'reconnect' } });
        }
        expect(platform.given()).toContain(account.secret);
      }),
      { numRuns: 25 },
    );
  });
});

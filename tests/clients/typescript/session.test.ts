import { describe, expect, test } from 'vitest';
import { type Session, sessionHolder } from '../../../clients/typescript/src/session.ts';

const first: Session = { accessToken: 'a1', refreshToken: 'r1', expiresAt: 100_000 };
const second: Session = { accessToken: 'a2', refreshToken: 'r2', expiresAt: 900_000 };
const over = new Error('the session is over');

function setup({ at = 0, session, refusal }: { at?: number; session?: null; refusal?: Error } = {}) {
  const refreshed: string[] = [];
  const told: (Session | undefined)[] = [];
  const gate = Promise.withResolvers<void>();
  const holder = sessionHolder(session === null ? undefined : first, {
    refresh: async (token) => {
      refreshed.push(token);
      await gate.promise;
      if (refusal) throw refusal;
      return second;
    },
    isEnd: (error) => error === over,
    onChange: (next) => told.push(next),
    now: () => at,
  });
  return { holder, refreshed, told, open: gate.resolve };
}

describe('the access token', () => {
  test('is used while it is good', async () => {
    const { holder, refreshed } = setup({ at: 69_000 });
    expect(await holder.accessToken()).toBe('a1');
    expect(refreshed).toEqual([]);
  });

  test('is renewed shortly before it expires, once for all who wait', async () => {
    const { holder, refreshed, told, open } = setup({ at: 71_000 });
    const waiting = [holder.accessToken(), holder.accessToken(), holder.accessToken()];
    open();
    expect(await Promise.all(waiting)).toEqual(['a2', 'a2', 'a2']);
    expect([refreshed, told]).toEqual([['r1'], [second]]);
    expect(holder.get()).toBe(second);
  });

  test('is renewed when it was refused, but not for who was refused with an older one', async () => {
    const { holder, refreshed, open } = setup();
    open();
    expect(await holder.accessToken('a1')).toBe('a2');
    expect(await holder.accessToken('a1')).toBe('a2');
    expect(refreshed).toEqual(['r1']);
  });

  test('is none without a session', async () => {
    const { holder } = setup({ session: null });
    expect(await holder.accessToken()).toBeUndefined();
  });
});

describe('a renewal', () => {
  test('that says the session is over ends it', async () => {
    const { holder, told, open } = setup({ at: 100_000, refusal: over });
    open();
    await expect(holder.accessToken()).rejects.toBe(over);
    expect([holder.get(), told]).toEqual([undefined, [undefined]]);
  });

  test('that fails otherwise can be tried again', async () => {
    const { holder, refreshed, open } = setup({ at: 100_000, refusal: new Error('no network') });
    open();
    await expect(holder.accessToken()).rejects.toThrow('no network');
    await expect(holder.accessToken()).rejects.toThrow('no network');
    expect([holder.get(), refreshed]).toEqual([first, ['r1', 'r1']]);
  });

  test('does not bring back who signed out meanwhile', async () => {
    const { holder, told, open } = setup({ at: 100_000 });
    const waiting = holder.accessToken();
    holder.set(undefined);
    open();
    await waiting;
    expect([holder.get(), told]).toEqual([undefined, [undefined]]);
  });
});

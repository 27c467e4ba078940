import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finalError, lookAgainAt, publicationError, retryAt } from '../../functions/publishing/retry.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { later } from '../support/posts.ts';

const due = new Date(later);
const tried = (attempts: number, afterMinutes = 1440) => ({
  attempts,
  dueAt: later,
  lateness: { policy: 'ask' as const, afterMinutes },
});
const lateSeconds = fc.nat({ max: 3600 });
const attempts = fc.integer({ min: 1, max: 50 });
const kind = fc.constantFrom('retry_later' as const, 'rate_limited' as const);

describe('retry', () => {
  test('is always in the future, and never past the end of what is still wanted', () => {
    fc.assert(
      fc.property(kind, attempts, lateSeconds, (refusal, count, late) => {
        const now = addSeconds(due, late);
        const at = retryAt({ kind: refusal }, tried(count), now);
        // The longest pause is a quarter of an hour; before the last one of the hour, there is always another try.
        if (late < 3600 - 900) expect(at).toBeDefined();
        if (!at) return;
        expect(at.getTime()).toBeGreaterThan(now.getTime());
        expect(at.getTime()).toBeLessThanOrEqual(addSeconds(due, 6 * 3600).getTime());
      }),
    );
  });

  test('never comes before the platform says', () => {
    fc.assert(
      fc.property(attempts, fc.nat({ max: 5000 }), (count, wait) => {
        const says = addSeconds(due, wait);
        const at = retryAt({ kind: 'rate_limited', retryAt: says }, tried(count), due);
        expect(at?.getTime()).toBeGreaterThanOrEqual(says.getTime());
      }),
    );
  });

  test('pauses grow with the attempts, up to a quarter of an hour', () => {
    const pauses = [1, 2, 3, 4, 20].map((count) => {
      const at = retryAt({ kind: 'retry_later' }, tried(count), due);
      return ((at?.getTime() ?? 0) - due.getTime()) / 1000;
    });
    expect(pauses).toEqual([5, 10, 20, 40, 900]);
  });

  test('pauses begin anew when somebody asked for another try', () => {
    const at = retryAt({ kind: 'retry_later' }, { ...tried(9), attemptsBefore: 8 }, due);
    expect(at).toEqual(addSeconds(due, 5));
  });

  test('ends in finite time, whatever the platform answers', () => {
    let now = due;
    let tries = 0;
    for (let at: Date | undefined = due; at; tries++) {
      now = at;
      at = lookAgainAt(tried(tries + 1), 5, now);
    }
    expect(tries).toBeLessThan(20);
  });

  test('is not waited for where the post would be too late by the rule of the team', () => {
    const says = addSeconds(due, 601);
    expect(retryAt({ kind: 'rate_limited', retryAt: says }, tried(1, 10), due)).toBeUndefined();
    expect(retryAt({ kind: 'rate_limited', retryAt: says }, tried(1, 11), due)).toEqual(says);
  });

  test('when it ends, what we would have waited for is left to the user to try', () => {
    const error = publicationError({ kind: 'retry_later', platformCode: null, message: 'busy' });
    expect([error.action, finalError(error, {}).action]).toEqual(['wait', 'retry']);
  });

  test("keeps the platform's words only where the user must edit", () => {
    const refusal = { platformCode: '422', message: 'Too many hashtags' };
    expect(publicationError({ kind: 'content_rejected', ...refusal }).message).toContain('Too many hashtags');
    expect(publicationError({ kind: 'reconnect', ...refusal }).message).not.toContain('Too many hashtags');
  });
});

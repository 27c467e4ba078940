import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookAgainAt, publicationError, retryAt } from '../../functions/publishing/retry.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { later } from '../support/posts.ts';

const due = new Date(later);
const lateSeconds = fc.nat({ max: 3600 });
const attempts = fc.integer({ min: 1, max: 50 });
const kind = fc.constantFrom('retry_later' as const, 'rate_limited' as const);

describe('retry', () => {
  test('is always in the future, and never past the end of what is still wanted', () => {
    fc.assert(
      fc.property(kind, attempts, lateSeconds, (refusal, tried, late) => {
        const now = addSeconds(due, late);
        const at = retryAt({ kind: refusal }, { attempts: tried, publishAt: later }, now);
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
      fc.property(attempts, fc.nat({ max: 5000 }), (tried, wait) => {
        const says = addSeconds(due, wait);
        const at = retryAt({ kind: 'rate_limited', retryAt: says }, { attempts: tried, publishAt: later }, due);
        expect(at?.getTime()).toBeGreaterThanOrEqual(says.getTime());
      }),
    );
  });

  test('pauses grow with the attempts, up to a quarter of an hour', () => {
    const pauses = [1, 2, 3, 4, 20].map((tried) => {
      const at = retryAt({ kind: 'retry_later' }, { attempts: tried, publishAt: later }, due);
      return ((at?.getTime() ?? 0) - due.getTime()) / 1000;
    });
    expect(pauses).toEqual([5, 10, 20, 40, 900]);
  });

  test('ends in finite time, whatever the platform answers', () => {
    let now = due;
    let tries = 0;
    for (let at: Date | undefined = due; at; tries++) {
      now = at;
      at = lookAgainAt({ attempts: tries + 1, publishAt: later }, 5, now);
    }
    expect(tries).toBeLessThan(20);
  });

  test("keeps the platform's words only where the user must edit", () => {
    const refusal = { platformCode: '422', message: 'Too many hashtags' };
    expect(publicationError({ kind: 'content_rejected', ...refusal }).message).toContain('Too many hashtags');
    expect(publicationError({ kind: 'reconnect', ...refusal }).message).not.toContain('Too many hashtags');
  });
});

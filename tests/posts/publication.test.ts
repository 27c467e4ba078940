import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PublicationState } from '../../functions/posts/contract.ts';
import { derivePostState } from '../../functions/posts/publication.ts';
import { isSettled } from '../../functions/posts/transitions.ts';

const state = fc.constantFrom('draft' as const, ...PublicationState.options);

describe('state of a post', () => {
  test.each([
    [[], 'draft'],
    [['draft', 'draft'], 'draft'],
    [['scheduled', 'scheduled'], 'scheduled'],
    [['scheduled', 'queued'], 'publishing'],
    [['scheduled', 'published'], 'publishing'],
    [['published', 'published'], 'published'],
    [['published', 'failed'], 'partially_published'],
    [['published', 'unconfirmed'], 'partially_published'],
    [['failed', 'unconfirmed'], 'unconfirmed'],
    [['failed', 'missed'], 'failed'],
    [['missed', 'cancelled'], 'missed'],
    [['cancelled'], 'cancelled'],
    [['cancelled', 'published'], 'partially_published'],
  ] as const)('of targets %j is %s', (states, expected) => {
    expect(derivePostState(states)).toBe(expected);
  });

  test('does not depend on the order of the targets', () => {
    fc.assert(
      fc.property(fc.array(state), (states) => {
        expect(derivePostState(states.toReversed())).toBe(derivePostState(states));
      }),
    );
  });

  test('is final exactly when every target is settled', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1 }), (states) => {
        const final = !['draft', 'scheduled', 'publishing'].includes(derivePostState(states));
        expect(final).toBe(states.every(isSettled));
      }),
    );
  });
});

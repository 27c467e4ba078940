import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyHead, firstProblem, link } from '../../functions/audit/chain.ts';
import { auditRecord } from '../support/audit.ts';

const chainOf = (length: number) =>
  link(
    emptyHead,
    Array.from({ length }, () => auditRecord()),
  );
const place = fc.record({ length: fc.integer({ min: 2, max: 20 }), at: fc.nat() });

describe('the audit chain', () => {
  test('is intact as it was linked, also in parts', () => {
    fc.assert(
      fc.property(place, ({ length, at }) => {
        const entries = chainOf(length);
        const cut = at % length;
        const [head = emptyHead] = entries.slice(0, cut).slice(-1);
        expect(firstProblem(emptyHead, entries)).toBeNull();
        expect(firstProblem(head, entries.slice(cut))).toBeNull();
      }),
    );
  });

  test('shows a changed field, whichever it is', () => {
    const fields = fc.constantFrom('action', 'target', 'userId', 'via', 'address', 'requestId', 'outcome', 'at');
    fc.assert(
      fc.property(place, fields, ({ length, at }, field) => {
        const changed = chainOf(length).map((entry, index) =>
          index === at % length ? { ...entry, [field]: 'x' } : entry,
        );
        expect(firstProblem(emptyHead, changed)).toEqual({ sequence: (at % length) + 1, kind: 'changed' });
      }),
    );
  });

  test('shows a missing entry, and one that was linked anew without it', () => {
    fc.assert(
      fc.property(place, ({ length, at }) => {
        const gone = at % (length - 1);
        const entries = chainOf(length).filter((_, index) => index !== gone);
        expect(firstProblem(emptyHead, entries)).toEqual({ sequence: gone + 1, kind: 'missing' });
        const renumbered = entries.map((entry, index) => ({ ...entry, sequence: index + 1 }));
        expect(firstProblem(emptyHead, renumbered)).not.toBeNull();
      }),
    );
  });

  test('shows entries that changed places, numbers and all', () => {
    const [first, second, ...rest] = chainOf(4);
    if (!first || !second) throw new Error('no chain');
    const swapped = [{ ...second, sequence: 1 }, { ...first, sequence: 2 }, ...rest];
    expect(firstProblem(emptyHead, swapped)).toEqual({ sequence: 1, kind: 'reordered' });
  });
});

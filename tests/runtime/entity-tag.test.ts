import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entityTag, expectedRevision, matches } from '../../functions/runtime/entity-tag.ts';
import { Fault } from '../../functions/runtime/fault.ts';

const revisions = fc.nat();
const code = (ifMatch: string) => {
  try {
    return expectedRevision(ifMatch);
  } catch (error) {
    return error instanceof Fault ? error.entry.code : error;
  }
};

describe('entity tag', () => {
  test('is that of its revision, and a copy of it is current', () => {
    fc.assert(
      fc.property(fc.string(), revisions, (body, revision) => {
        const tag = entityTag(body, revision);
        expect(expectedRevision(tag)).toBe(revision);
        expect(matches(tag, tag)).toBe(true);
      }),
    );
  });

  test('of another body is another one, with or without a revision', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.option(revisions), (one, other, revision) => {
        expect(matches(entityTag(one, revision), entityTag(other, revision))).toBe(one === other);
      }),
    );
  });

  test.each([
    ['the only one', '"1.abc"', true],
    ['one of several', '"0.x", W/"1.abc" ,"2.y"', true],
    ['weak', 'W/"1.abc"', true],
    ['any', '*', true],
    ['another', '"1.abd"', false],
    ['without quotes', '1.abc', false],
    ['nothing', '', false],
    ['absent', undefined, false],
  ])('is current when it is %s', (_, ifNoneMatch, isCurrent) => {
    expect(matches(ifNoneMatch, '"1.abc"')).toBe(isCurrent);
  });

  test('may be any in a change', () => {
    expect([expectedRevision(undefined), expectedRevision(' * ')]).toEqual([undefined, undefined]);
  });

  test.each(['', 'abc', '"abc"', 'W/"abc"', 'W/"1.abc"', '1.abc', '"-1.abc"', '"1.abc", "2.abc"', '"1."'])(
    'of a change is not %j',
    (ifMatch) => {
      expect(code(ifMatch)).toBe('version.changed');
    },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cursors } from '../../functions/runtime/cursor.ts';
import { Fault } from '../../functions/runtime/fault.ts';

const { read, write } = cursors('k'.repeat(32));
const positions = fc.string({ unit: 'binary', maxLength: 80 }).filter((text) => text.isWellFormed());
const scopes = fc.constantFrom('team_1 listPosts ', 'team_1 listPosts draft', 'team_2 listPosts ');

function refusal(scope: string, cursor: string) {
  try {
    return `taken: ${read(scope, cursor)}`;
  } catch (error) {
    return error instanceof Fault ? error.entry.code : error;
  }
}

describe('cursor', () => {
  test('gives back where its own list ended', () => {
    fc.assert(fc.property(scopes, positions, (scope, position) => read(scope, write(scope, position)) === position));
  });

  test('may stand in a query as it is', () => {
    fc.assert(fc.property(scopes, positions, (scope, position) => /^[\w-]+$/.test(write(scope, position))));
  });

  test('is refused by every other list', () => {
    fc.assert(
      fc.property(scopes, scopes, positions, (scope, other, position) => {
        fc.pre(scope !== other);
        expect(refusal(other, write(scope, position))).toBe('cursor.invalid');
      }),
    );
  });

  test('is refused when any of its bytes was changed', () => {
    fc.assert(
      fc.property(scopes, positions, fc.nat(), fc.integer({ min: 1, max: 255 }), (scope, position, place, change) => {
        const bytes = Buffer.from(write(scope, position), 'base64url');
        const at = place % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
        expect(refusal(scope, bytes.toString('base64url'))).toBe('cursor.invalid');
      }),
    );
  });

  test('is refused when any of its letters was changed, dropped or added', () => {
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n');
    fc.assert(
      fc.property(
        scopes,
        positions,
        fc.nat(),
        fc.constantFrom(0, 1),
        letter,
        (scope, position, place, dropped, added) => {
          const cursor = write(scope, position);
          const at = place % cursor.length;
          const changed = cursor.slice(0, at) + added + cursor.slice(at + dropped);
          fc.pre(changed !== cursor);
          expect(refusal(scope, changed)).toBe('cursor.invalid');
        },
      ),
    );
  });

  test('of another key is refused', () => {
    const foreign = cursors('x'.repeat(32)).write('list', 'post_1');
    expect(refusal('list', foreign)).toBe('cursor.invalid');
  });

  test('is not any text', () => {
    fc.assert(fc.property(fc.string(), (text) => refusal('list', text) === 'cursor.invalid'));
  });
});

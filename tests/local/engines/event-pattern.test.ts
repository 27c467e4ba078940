import { describe, expect, test } from 'vitest';
import { matches } from '../../../local/engines/event-pattern.ts';

const event = {
  source: 'posts',
  'detail-type': 'post.published',
  detail: {
    count: 7,
    tags: ['a', 'b'],
    author: { name: 'Ada' },
    note: null,
    ip: '10.1.2.3',
    empty: '',
    items: [{ id: 1 }, { id: 2 }],
  },
};

describe('event patterns', () => {
  test.each<[object, boolean]>([
    [{ source: ['posts'] }, true],
    [{ source: ['other', 'posts'] }, true],
    [{ source: ['other'] }, false],
    [{ source: ['posts'], detail: { count: [8] } }, false],
    [{ detail: { author: { name: ['Ada'] } } }, true],
    [{ detail: { tags: ['b'] } }, true],
    [{ detail: { items: { id: [2] } } }, true],
    [{ detail: { items: { id: [3] } } }, false],
    [{ detail: { note: [null] } }, true],
    [{ detail: { nothing: [null] } }, false],
    [{ source: [{ prefix: 'po' }] }, true],
    [{ source: [{ prefix: { 'equals-ignore-case': 'PO' } }] }, true],
    [{ source: [{ suffix: 'st' }] }, false],
    [{ 'detail-type': [{ suffix: '.published' }] }, true],
    [{ 'detail-type': [{ wildcard: 'post.*ed' }] }, true],
    [{ 'detail-type': [{ wildcard: 'post?*' }] }, false],
    [{ detail: { author: { name: [{ 'equals-ignore-case': 'ADA' }] } } }, true],
    [{ source: [{ 'anything-but': 'posts' }] }, false],
    [{ source: [{ 'anything-but': ['a', 'b'] }] }, true],
    [{ source: [{ 'anything-but': { prefix: 'po' } }] }, false],
    [{ source: [{ 'anything-but': { suffix: ['x', 'y'] } }] }, true],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { count: [{ numeric: ['>', 5, '<=', 7] }] } }, true],
    [{ detail: { count: [{ numeric: ['=', 8] }] } }, false],
    [{ detail: { count: [{ 'anything-but': { numeric: ['<', 5] } }] } }, true],
    [{ source: [{ numeric: ['>', 5] }] }, false],
    [{ detail: { count: [{ exists: true }] } }, true],
    [{ detail: { count: [{ exists: false }] } }, false],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ missing: { deeper: [{ exists: false }] } }, true],
    [{ detail: { author: [{ exists: true }] } }, false],
    [{ detail: { empty: [''] } }, true],
    [{ detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, true],
    [{ detail: { ip: [{ cidr: '10.2.0.0/16' }] } }, false],
    [{ $or: [{ source: ['other'] }, { detail: { count: [7] } }] }, true],
    [{ $or: [{ source: ['other'] }], detail: { count: [7] } }, false],
    [{}, true],
  ])('%j: %s', (pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  test('an operator that is not known is an error, not a silent no', () => {
    expect(() => matches({ source: [{ sounds: 'like' }] }, event)).toThrow('sounds');
    expect(() => matches('text', event)).toThrow('a pattern is an object');
  });
});

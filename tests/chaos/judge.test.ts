import { describe, expect, test } from 'vitest';
import { type Evidence, judge, type Shown, type Told } from './judge.ts';

const told = (parts: Partial<Told> = {}): Told => ({
  postId: 'post_1',
  connectionId: 'conn_1',
  platform: 'mastodon',
  state: 'published',
  platformPostId: '17',
  ...parts,
});
const shown = (parts: Partial<Shown> = {}): Shown => ({ platform: 'mastodon', id: '17', text: 'hi', ...parts });

function verdict(evidence: Partial<Evidence>) {
  const { findings, ...counts } = judge({
    asked: [{ text: 'hi', postId: 'post_1', connectionIds: ['conn_1'] }],
    told: [told()],
    shown: [shown()],
    platformOf: new Map([
      ['conn_1', 'mastodon'],
      ['conn_2', 'bluesky'],
    ]),
    classOf: () => 'idempotent',
    ...evidence,
  });
  return counts;
}

const classOfPart: Evidence['classOf'] = (_, part) => (part === 'post' ? 'provable' : 'unprovable');
const none = { duplicated: 0, lost: 0, unconfirmed: 0, falseUnconfirmed: 0 };
const unconfirmed = told({ state: 'unconfirmed', platformPostId: undefined });

describe('the verdict on a bad day', () => {
  test('is good where each platform shows what the table tells, once', () => {
    expect(verdict({})).toEqual({ posts: 1, published: 1, ...none });
  });

  test('finds a post that a platform shows twice', () => {
    const counts = verdict({ shown: [shown(), shown({ id: '18' })] });
    expect(counts).toEqual({ posts: 1, published: 1, ...none, duplicated: 1 });
  });

  test('finds a post that nobody asked for', () => {
    expect(verdict({ shown: [shown(), shown({ id: '18', text: 'who?' })] })).toMatchObject({ duplicated: 1 });
  });

  test.each<[string, Partial<Evidence>]>([
    ['that is told as published and not there', { shown: [] }],
    ['that is there under another id', { shown: [shown({ id: '18' })] }],
    ['that the table has forgotten', { told: [] }],
    ['that was given up', { told: [told({ state: 'failed' })], shown: [] }],
    ['that was given up although it is there', { told: [told({ state: 'failed' })] }],
    ['that is still under way', { told: [told({ state: 'publishing' })], shown: [] }],
    ['that the API never took', { asked: [{ text: 'hi', connectionIds: ['conn_1'] }], shown: [] }],
  ])('counts as lost one %s', (_, evidence) => {
    expect(verdict(evidence)).toEqual({ posts: 1, published: 0, ...none, lost: 1 });
  });

  const commented = [{ text: 'hi', firstComment: 'more', postId: 'post_1', connectionIds: ['conn_1'] }];

  test('wants the first comment there, and once', () => {
    const comment = shown({ id: '18', text: 'more' });
    const whole = { asked: commented, told: [told({ partsOut: 2 })] };
    expect(verdict({ ...whole, shown: [shown(), comment] })).toEqual({ posts: 1, published: 1, ...none });
    expect(verdict({ ...whole, shown: [shown()] })).toMatchObject({ published: 0, lost: 1 });
    const twice = [shown(), comment, shown({ id: '19', text: 'more' })];
    expect(verdict({ ...whole, shown: twice })).toMatchObject({ duplicated: 1 });
  });

  test('judges a doubt by the part that it is about', () => {
    const open = { asked: commented, shown: [shown()], classOf: classOfPart };
    const row = told({ state: 'unconfirmed', partsOut: 1 });
    expect(verdict({ ...open, told: [row] })).toMatchObject({ unconfirmed: 1, falseUnconfirmed: 0 });
    expect(verdict({ ...open, told: [{ ...row, partsOut: 0 }] })).toMatchObject({ falseUnconfirmed: 1 });
  });

  test('counts a post as published only when all of its accounts have it', () => {
    const asked = [{ text: 'hi', postId: 'post_1', connectionIds: ['conn_1', 'conn_2'] }];
    expect(verdict({ asked })).toMatchObject({ published: 0, lost: 1 });
  });

  test('takes an open question as right only where nothing could answer it', () => {
    const open = { told: [unconfirmed], shown: [] };
    expect(verdict({ ...open, classOf: () => 'unprovable' })).toMatchObject({ unconfirmed: 1, falseUnconfirmed: 0 });
    expect(verdict({ ...open, classOf: () => 'provable' })).toMatchObject({ unconfirmed: 1, falseUnconfirmed: 1 });
  });
});

import { describe, expect, test } from 'vitest';
import { prices } from '../prices.ts';
import { figuresOf, type Measured } from './figures.ts';
import { benchPost, latenessOf } from './posts.ts';
import { textReport } from './report.ts';
import { noUsage } from './usage.ts';

const lane = { teamId: 'team_1', connectionId: 'conn_1', userId: 'user_1' };
const at = (seconds: number) => new Date(Date.UTC(2030, 0, 1) + seconds * 1000);
const idle = { readUnits: 1.5, writeUnits: 0, messages: 0 };
const usages = new Map([
  ['publishLane', { ...noUsage, writeUnits: 900, readUnits: 700, runs: 100, seconds: 50, kmsRequests: 100 }],
  ['trackPublication', { ...noUsage, writeUnits: 200, runs: 100 }],
  ['hintDueLanes', { ...noUsage, readUnits: 1, messages: 100, sqsRequests: 10, runs: 1 }],
  ['collectDueMetrics', { ...noUsage, writeUnits: 5_000 }],
]);
const minute = { ms: [10, 20, 30, 1_999], lastAt: 0, lost: 0, doubled: 0, usages, seconds: 50, load: 2, processor: 3 };
const measured = (overrides: Partial<Measured> = {}): Measured => ({
  posts: 100,
  teams: 5,
  latencyMs: 20,
  cores: 2,
  minute,
  ...overrides,
});
const crowd = Array.from({ length: 9 }, (_, place) => 100 * (place + 1));
const burst = { published: minute, many: [50], crowd, lone: 90 };
const missed = (overrides: Partial<Measured>) =>
  figuresOf(measured(overrides))
    .verdicts.filter(({ met }) => !met)
    .map(({ name }) => name);

describe('figures', () => {
  test('are of one publication; reading figures costs apart', () => {
    const figures = figuresOf(measured());
    expect(figures).toMatchObject({ wcuPerPublication: 11, rcuPerPublication: 7.01, messagesPerPublication: 1 });
    expect(figures).toMatchObject({ perSecond: 2, lateness: { p50: 20, p99: 1_999, max: 1_999 } });
    expect(figures.wcuPerPublicationBy.collectDueMetrics).toBe(50);
    expect(figures.machine).toEqual({ cores: 2, load: 2, platformMs: 20, processorMs: 30 });
  });

  test('in dollars are what each service asks for', () => {
    const { dollarsPer100k, dollarsPer100kBy: by } = figuresOf(measured());
    expect(by.tableWrites).toBe(Math.round(11 * 1e5 * prices.writeUnit * 100) / 100);
    expect(by.queue).toBeCloseTo(2.1 * 1e5 * prices.sqsRequest, 2);
    expect(by.lambdaTime).toBeCloseTo(0.25 * 1e5 * prices.lambdaGbSecond, 2);
    expect(by.keys).toBe(0.3);
    const sum = Object.values(by).reduce((all, one) => all + one, 0);
    expect(dollarsPer100k).toBeCloseTo(sum, 1);
  });

  test('say how much of the engine is used, and who came before the single post', () => {
    const figures = figuresOf(measured({ burst, engineAlone: 100 }));
    expect(figures.burst).toMatchObject({ perSecond: 20, loneMs: 90, beforeLone: 1, posts: 11 });
    expect(figures.limit).toEqual({ enginePerSecond: 100, share: 0.2 });
  });

  test.each<[string, Partial<Measured>]>([
    ['p99 lateness in ms', { minute: { ...minute, ms: [2_001] } }],
    ['WCU of a publication', { posts: 90 }],
    ['posts lost or doubled', { minute: { ...minute, doubled: 1 } }],
    [
      'read units that far posts add to an idle minute',
      { idle: { empty: idle, full: { ...idle, readUnits: 2 }, farPosts: 9 } },
    ],
    ['share of the crowd before the single post', { burst: { ...burst, lone: 350 } }],
  ])('judge %s', (name, overrides) => {
    expect(missed({})).toEqual([]);
    expect(missed(overrides)).toEqual([name]);
  });

  test('are told in words', () => {
    const text = textReport(figuresOf(measured({ burst, idle: { empty: idle, full: idle, farPosts: 9 } })));
    expect(text).toContain('100 posts of 5 teams');
    expect(text).toMatch(/lateness of the single post, in ms +90/);
    expect(text).toMatch(/WCU of a publication +11 +12 +met/);
  });
});

describe('lateness', () => {
  const [first, second, third] = [benchPost(lane, at(0)), benchPost(lane, at(10)), benchPost(lane, at(20))];

  test('is that of the first arrival; what comes twice or never is told', () => {
    const arrivals = [
      { text: first.text, at: at(1) },
      { text: second.text, at: at(12) },
      { text: second.text, at: at(11) },
    ];
    const found = { ms: [1_000, 1_000], lastAt: at(11).getTime(), lost: 1, doubled: 1 };
    expect(latenessOf([first, second, third], arrivals)).toEqual(found);
  });
});

import { describe, expect, test } from 'vitest';
import type { BorderCost } from './border-costs.ts';
import { budgets, type Measured } from './budgets.ts';
import type { OperationTimes } from './operation-times.ts';

const operation = (overrides: Partial<OperationTimes> = {}): OperationTimes => ({
  operation: 'getPost',
  isRead: true,
  p50: 3,
  p95: 5,
  max: 9,
  bareP50: 2,
  roundTrips: 1,
  allRoundTrips: 1,
  ...overrides,
});

const cost = (kind: BorderCost['kind'], added: number): BorderCost => {
  const without = { p50: 1, p95: 2, calls: 1, inRow: 1, readUnits: 1, writeUnits: 0 };
  return { operation: 'getPost', kind, without, with: { ...without, inRow: 1 + added } };
};

const measured = (overrides: Partial<Measured> = {}): Measured => ({
  bundles: { median: 1, max: 480_000, bare: 1, bareTrimmed: 1, maxEndpoint: 450_000, perFunction: {}, borders: [] },
  load: { ratio: 1.5, trimmedRatio: 2, bareMs: 50, bareTrimmedMs: 30, endpointMs: 75, perFunction: {} },
  api: [operation()],
  border: [],
  stackMb: 600,
  readyMs: 15_000,
  ...overrides,
});

const missed = (overrides: Partial<Measured>) =>
  budgets(measured(overrides))
    .filter(({ met }) => !met)
    .map(({ name, of }) => [name, of]);

describe('budgets', () => {
  test('are met at their limits', () => {
    expect(missed({})).toEqual([]);
  });

  test('name what came worst', () => {
    const slow = operation({ operation: 'listPosts', p95: 51, max: 201, roundTrips: 3 });
    expect(missed({ api: [operation(), slow] })).toEqual([
      ['DynamoDB calls in a row, read', 'listPosts'],
      ['p95 in ms', 'listPosts'],
      ['slowest call in ms', 'listPosts'],
    ]);
  });

  test('give writes one call more than reads, and one to their border', () => {
    expect(missed({ api: [operation({ isRead: false, roundTrips: 4 })] })).toEqual([]);
    expect(missed({ api: [operation({ isRead: false, roundTrips: 5 })] })).toEqual([
      ['DynamoDB calls in a row, write', 'getPost'],
    ]);
  });

  test.each([
    ['2 ms of our own on short calls', operation({ p50: 4, bareP50: 2 }), true],
    ['more than 2 ms on short calls', operation({ p50: 4.1, bareP50: 2 }), false],
    ['a quarter on long calls', operation({ p50: 25, bareP50: 20 }), true],
    ['more than a quarter on long calls', operation({ p50: 25.1, bareP50: 20 }), false],
  ])('judge %s', (_, times, isMet) => {
    expect(missed({ api: [times] }).length === 0).toBe(isMet);
  });

  test.each([
    ['read', 0, 'calls in a row added by the border, read'],
    ['write', 1, 'calls in a row added by the border, write'],
    ['blind write', 2, 'calls in a row added by the border, blind write'],
  ] as const)('let the border of a %s add %i calls in a row', (kind, limit, name) => {
    expect(missed({ border: [cost(kind, limit)] })).toEqual([]);
    expect(missed({ border: [cost(kind, 0), cost(kind, limit + 1)] })).toEqual([[name, 'getPost']]);
  });

  test('hold start and memory', () => {
    expect(missed({ stackMb: 601, readyMs: 15_001 })).toEqual([
      ['memory of the local stack in MB', undefined],
      ['start to ready in ms', undefined],
    ]);
  });
});

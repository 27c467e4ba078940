import type { BorderCost } from './border-costs.ts';
import type { Budget, Measured } from './budgets.ts';

const columns = (rows: readonly (readonly string[])[]) =>
  rows.map(([name = '', ...cells]) => `  ${name.padEnd(76)}${cells.map((cell) => cell.padStart(10)).join('')}`);
const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
const ms = (value: number) => value.toFixed(1);

/** What people read. */
export function textReport({ bundles, load, api, border }: Measured, all: readonly Budget[]): string {
  return [
    'Bundles',
    ...columns([
      ...Object.entries(bundles.perFunction).map(([name, bytes]) => [name, kilobytes(bytes)]),
      ['only the SDK', kilobytes(bundles.bare)],
      ['only the SDK, trimmed like ours', kilobytes(bundles.bareTrimmed)],
    ]),
    '',
    'Load in a fresh process, ms (median)',
    ...columns([
      ...Object.entries(load.perFunction).map(([name, taken]) => [name, ms(taken)]),
      ['only the SDK', ms(load.bareMs)],
      ['only the SDK, trimmed like ours', ms(load.bareTrimmedMs)],
    ]),
    '',
    'Operations, ms',
    ...columns([
      ['DynamoDB calls in a row, and all calls', 'p50', 'p95', 'max', 'bare p50', 'DynamoDB', 'all'],
      ...api.map((one) => [
        one.operation,
        ...[one.p50, one.p95, one.max, one.bareP50].map(ms),
        String(one.roundTrips),
        String(one.allRoundTrips),
      ]),
    ]),
    '',
    ...borderReport(bundles, border),
    '',
    'Budgets',
    ...columns([
      ['', 'value', 'limit', ''],
      ...all.map(({ name, value, limit, met, of }) => [
        of === undefined ? name : `${name} (${of})`,
        String(value),
        String(limit),
        met ? 'met' : 'MISSED',
      ]),
    ]),
  ].join('\n');
}

const borderReport = ({ borders }: Measured['bundles'], border: readonly BorderCost[]): string[] => [
  'Operations with and without their border, ms',
  ...columns([
    ['DynamoDB calls, and how many in a row', 'p50', 'p95', 'calls', 'in a row', 'RCU', 'WCU'],
    ...border.flatMap((cost) => [
      [`${cost.operation}: without`, ...takenCells(cost.without)],
      [`${cost.operation}: with`, ...takenCells(cost.with)],
    ]),
  ]),
  ...columns([
    ['Bundles', 'without', 'with'],
    ...borders.map(({ name, bytes, withoutBorder }) => [name, kilobytes(withoutBorder), kilobytes(bytes)]),
  ]),
];

const takenCells = ({ p50, p95, calls, inRow, readUnits, writeUnits }: BorderCost['with']) => [
  ...[p50, p95].map(ms),
  ...[calls, inRow, readUnits, writeUnits].map((count) => String(Math.round(count * 100) / 100)),
];

/** What scripts read. */
export const jsonReport = ({ stackMb, readyMs, ...measured }: Measured, all: readonly Budget[]): string =>
  JSON.stringify({ ...measured, memory: { stackMb }, start: { readyMs }, budgets: all });

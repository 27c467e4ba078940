import type { Budget, Measured } from './budgets.ts';

const columns = (rows: readonly (readonly string[])[]) =>
  rows.map(([name = '', ...cells]) => `  ${name.padEnd(50)}${cells.map((cell) => cell.padStart(10)).join('')}`);
const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
const ms = (value: number) => value.toFixed(1);

/** What people read. */
export function textReport({ bundles, load, api }: Measured, all: readonly Budget[]): string {
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

/** What scripts read. */
export const jsonReport = ({ stackMb, readyMs, ...measured }: Measured, all: readonly Budget[]): string =>
  JSON.stringify({ ...measured, memory: { stackMb }, start: { readyMs }, budgets: all });

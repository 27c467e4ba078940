import { prices } from '../prices.ts';
import type { Figures } from './figures.ts';

const row = (name: string, ...cells: readonly (string | number)[]) =>
  `  ${name.padEnd(52)}${cells.map((cell) => String(cell).padStart(12)).join('')}`;
const rows = (figures: Readonly<Record<string, number>>) =>
  Object.entries(figures).map(([name, value]) => row(name, value));

/** What people read. */
export function textReport(figures: Figures): string {
  const { lateness, posts, teams, machine } = figures;
  return [
    `${posts} posts of ${teams} teams due within a minute, platform answers in ${machine.platformMs} ms`,
    row('lateness in ms: p50, p95, p99, max', lateness.p50, lateness.p95, lateness.p99, lateness.max),
    row('publications a second', figures.perSecond),
    row('lost, doubled', figures.lost, figures.doubled),
    row('processor time of one, in ms', machine.processorMs),
    '',
    'Of one publication, from its due time on',
    row('write units', figures.wcuPerPublication),
    ...rows(figures.wcuPerPublicationBy).map((line) => `  ${line}`),
    row('read units', figures.rcuPerPublication),
    row('messages', figures.messagesPerPublication),
    '',
    `US dollars for 100,000 (list prices of ${prices.region}, ${prices.asOf}, no free tier)`,
    row('all', figures.dollarsPer100k),
    ...rows(figures.dollarsPer100kBy).map((line) => `  ${line}`),
    ...burstLines(figures),
    ...idleLines(figures),
    '',
    `Budgets, at a load of ${machine.load} on ${machine.cores} cores`,
    row('', 'value', 'limit', ''),
    ...figures.verdicts.map(({ name, value, limit, met }) => row(name, value, limit, met ? 'met' : 'MISSED')),
  ].join('\n');
}

function burstLines({ burst, limit }: Figures): string[] {
  if (!burst) return [];
  const { crowdedAccount: crowd } = burst;
  return [
    '',
    `${burst.posts} posts due at the same moment: half of many teams, half of one account, one of another team`,
    row('publications a second of the many teams', burst.perSecond),
    row('lateness in ms: p50, p95, p99, max', ...Object.values(burst.lateness)),
    row('one account, one after the other: a second', crowd.perSecond),
    row('lateness of the last of it, in ms', crowd.lastMs),
    row('lateness of the single post, in ms', burst.loneMs),
    row('posts that were out before it', burst.beforeLone),
    ...(limit
      ? [
          row('the same writes straight to the engine: a second', limit.enginePerSecond),
          row('what we make of that', limit.share),
        ]
      : []),
  ];
}

function idleLines({ idleMinute: idle }: Figures): string[] {
  if (!idle) return [];
  const cells = ({ readUnits, writeUnits, messages }: typeof idle.empty) => [readUnits, writeUnits, messages];
  return [
    '',
    'A minute without work: read units, write units, messages',
    row('with an empty table', ...cells(idle.empty)),
    row(`with ${idle.farPosts} posts due in a year`, ...cells(idle.full)),
  ];
}

import { prices } from '../prices.ts';
import { total, type Usage, type Usages } from './usage.ts';

/** What publishing is made of. Figures are read by other functions, at their own pace, and counted apart. */
const publishing = ['hintDueLanes', 'publishLane', 'relayEvents', 'trackPublication'];
const figures = ['collectDueMetrics'];

export type Costs = {
  wcuPerPublication: number;
  rcuPerPublication: number;
  messagesPerPublication: number;
  dollarsPer100k: number;
  dollarsPer100kBy: Record<string, number>;
  wcuPerPublicationBy: Record<string, number>;
};

/** Memory that every function of the line has. */
const memoryGb = 0.5;

export function costsOf(usages: Usages, published: number): Costs {
  const sum = total(usages, publishing);
  const by = dollarsBy(sum, usages.get('publishLane')?.runs ?? 0);
  const dollars = Object.values(by).reduce((all, one) => all + one, 0);
  const per100k = (value: number) => rounded((value / published) * 100_000);
  const perOne = (value: number) => rounded(value / published);
  return {
    wcuPerPublication: perOne(sum.writeUnits),
    rcuPerPublication: perOne(sum.readUnits),
    messagesPerPublication: perOne(sum.messages),
    dollarsPer100k: per100k(dollars),
    dollarsPer100kBy: Object.fromEntries(Object.entries(by).map(([name, value]) => [name, per100k(value)])),
    wcuPerPublicationBy: Object.fromEntries(
      [...publishing, ...figures].map((name) => [name, perOne(usages.get(name)?.writeUnits ?? 0)]),
    ),
  };
}

/** Lambda receives each message and deletes it with requests of its own, which no function makes. */
function dollarsBy(used: Usage, deliveries: number): Record<string, number> {
  return {
    tableWrites: used.writeUnits * prices.writeUnit,
    tableReads: used.readUnits * prices.readUnit,
    queue: (used.sqsRequests + 2 * deliveries) * prices.sqsRequest,
    lambdaRequests: used.runs * prices.lambdaRequest,
    lambdaTime: used.seconds * memoryGb * prices.lambdaGbSecond,
    events: used.busEvents * prices.busEvent,
    keys: used.kmsRequests * prices.kmsRequest,
    logs: (used.logBytes / 2 ** 30) * prices.logGb,
    traces: used.runs * prices.tracedShare * prices.trace,
  };
}

const rounded = (value: number) => Math.round(value * 100) / 100;

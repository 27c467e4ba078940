import * as z from 'zod';
import { domains } from '../../../functions/contracts.ts';
import { deployedFunctions } from '../../../lib/deployed-functions.ts';
import type { WatchedCall } from '../../../local/front-door/call-watch.ts';

/** What one function used of AWS: the quantities that are paid for. */
export type Usage = {
  readUnits: number;
  writeUnits: number;
  /** Messages put into queues, and the requests that did it. */
  messages: number;
  sqsRequests: number;
  kmsRequests: number;
  busEvents: number;
  runs: number;
  seconds: number;
  logBytes: number;
};
/** By the name of the contract entry. */
export type Usages = ReadonlyMap<string, Usage>;

export const noUsage: Usage = {
  readUnits: 0,
  writeUnits: 0,
  messages: 0,
  sqsRequests: 0,
  kmsRequests: 0,
  busEvents: 0,
  runs: 0,
  seconds: 0,
  logBytes: 0,
};

function plus(one: Usage, other: Partial<Usage>): Usage {
  const sum = (name: keyof Usage) => one[name] + (other[name] ?? 0);
  const names = Object.keys(noUsage) as (keyof Usage)[];
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as Usage;
}

export const total = (usages: Usages, names: readonly string[] = [...usages.keys()]): Usage =>
  names.reduce((sum, name) => plus(sum, usages.get(name) ?? noUsage), noUsage);

const names = deployedFunctions(domains)
  .map(({ name }) => name)
  .toSorted((one, other) => other.length - one.length);

/** The contract entry of a deployed function, whose name begins with stack and entry and may be cut off. */
function entryOf(deployedName: string): string {
  const own = deployedName.split('-functions-').at(-1) ?? '';
  return names.find((name) => own.startsWith(name)) ?? own;
}

/** Adds up what functions use, from the calls they make and from the lines they log. */
export function usageMeter() {
  let usages = new Map<string, Usage>();
  const add = (deployedName: string, used: Partial<Usage>) => {
    const name = entryOf(deployedName);
    usages.set(name, plus(usages.get(name) ?? noUsage, used));
  };
  return {
    onCall(call: WatchedCall) {
      if (call.function !== undefined) add(call.function, usedBy(call));
    },
    onLine(deployedName: string, line: string) {
      add(deployedName, { ...runOf(line), logBytes: line.length + logOverhead });
    },
    /** What was used since the last time, and begins anew. */
    take(): Usages {
      const taken = usages;
      usages = new Map();
      return taken;
    },
  };
}

/** CloudWatch adds this to every line. */
const logOverhead = 26;

const Batch = z.object({ Entries: z.array(z.unknown()) });
const count = (input: unknown) => Batch.safeParse(input).data?.Entries.length ?? 1;

function usedBy({ service, action, input, consumed }: WatchedCall): Partial<Usage> {
  if (service === 'dynamodb') return { readUnits: consumed.read, writeUnits: consumed.write };
  if (service === 'kms') return { kmsRequests: 1 };
  if (service === 'events') return { busEvents: action === 'PutEvents' ? count(input) : 0 };
  if (service !== 'sqs') return {};
  return { sqsRequests: 1, messages: action.startsWith('SendMessage') ? count(input) : 0 };
}

const Run = z.object({ runs: z.number(), duration: z.number() });

/** Each run ends with a line of its figures (functions/runtime/run-report.ts). */
function runOf(line: string): Partial<Usage> {
  if (!line.includes('"runs"')) return {};
  const { runs, duration } = Run.parse(JSON.parse(line));
  return { runs, seconds: duration / 1000 };
}

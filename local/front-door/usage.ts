import type { Demand } from './statements.ts';

/** How often a function did one thing to one resource, and how often it was refused. Ids in the context are `*`. */
export type Use = Demand & { function: string; calls: number; refused: number };

/** What functions did over the AWS API since the start. */
export function usageRecord() {
  const uses = new Map<string, Use>();
  const requests = new Map<string, number>();
  return {
    request(name: string) {
      requests.set(name, (requests.get(name) ?? 0) + 1);
    },
    use(name: string, { action, resource, context = {} }: Demand, isAllowed: boolean) {
      const demand = { action, resource, context: impersonal(context) };
      const key = JSON.stringify([name, demand]);
      const use = uses.get(key) ?? { function: name, ...demand, calls: 0, refused: 0 };
      uses.set(key, { ...use, calls: use.calls + 1, refused: use.refused + (isAllowed ? 0 : 1) });
    },
    uses: () => [...uses.values()],
    /** Requests that a function sent, each one round trip. */
    roundTrips: (name: string) => requests.get(name) ?? 0,
  };
}
export type UsageRecord = ReturnType<typeof usageRecord>;

/** Ids and digests: what is left is the kind of thing that was touched. */
const personal = /[a-z]+_[0-9a-z]{26}|[\w-]{43}/g;

const impersonal = (context: Demand['context'] = {}): Demand['context'] =>
  Object.fromEntries(
    Object.entries(context).map(([key, values]) => [key, values.map((value) => value.replace(personal, '*'))]),
  );

/** How often a function did one thing to one resource, and how often it was refused. */
export type Use = { function: string; action: string; resource: string; calls: number; refused: number };

/** What functions did over the AWS API since the start. */
export function usageRecord() {
  const uses = new Map<string, Use>();
  const requests = new Map<string, number>();
  return {
    request(name: string) {
      requests.set(name, (requests.get(name) ?? 0) + 1);
    },
    use(name: string, { action, resource }: { action: string; resource: string }, isAllowed: boolean) {
      const key = `${name} ${action} ${resource}`;
      const use = uses.get(key) ?? { function: name, action, resource, calls: 0, refused: 0 };
      uses.set(key, { ...use, calls: use.calls + 1, refused: use.refused + (isAllowed ? 0 : 1) });
    },
    uses: () => [...uses.values()],
    /** Requests that a function sent, each one round trip. */
    roundTrips: (name: string) => requests.get(name) ?? 0,
  };
}
export type UsageRecord = ReturnType<typeof usageRecord>;

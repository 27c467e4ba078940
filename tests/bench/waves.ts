type Timed = { startedAt: number; endedAt: number };

/** Calls in the order in which they waited for each other: those of one wave needed none of the same wave. */
export function waves<Call extends Timed>(calls: readonly Call[]): Call[][] {
  const placed: { call: Call; wave: number }[] = [];
  for (const call of calls.toSorted((one, other) => one.startedAt - other.startedAt)) {
    const awaited = placed.filter((earlier) => earlier.call.endedAt <= call.startedAt);
    placed.push({ call, wave: Math.max(0, ...awaited.map(({ wave }) => wave + 1)) });
  }
  const byWave = Map.groupBy(placed, ({ wave }) => wave);
  return [...byWave.values()].map((wave) => wave.map(({ call }) => call));
}

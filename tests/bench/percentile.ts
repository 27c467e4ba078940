/** The value below which `share` of the values lie, by the nearest-rank method. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export const median = (values: readonly number[]) => percentile(values, 0.5);

/** Milliseconds to three places: figures are for people and for JSON. */
export const rounded = (value: number) => Math.round(value * 1000) / 1000;

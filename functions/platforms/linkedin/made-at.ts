const oldest = Date.UTC(2010, 0);

/**
 * When a post was made, in milliseconds, by its number: the bits above the lowest 22 are the time. LinkedIn does not promise
 * that, so a number that makes no sense as a time tells nothing.
 */
export function madeAt(urn: string, now: Date): number | undefined {
  const at = Number(BigInt(/:(\d+)$/.exec(urn)?.[1] ?? 0) >> 22n);
  return at < oldest || at > now.getTime() + 60_000 ? undefined : at;
}

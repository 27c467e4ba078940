export type RateLimit = { limit: number; windowSeconds: number };
export type RateUse = RateLimit & { remaining: number; resetAt: Date; exceeded: boolean };

/** Counts uses per key in fixed windows aligned to the clock, as both platforms do. Not kept over restarts. */
export function rateLimiter({ limit, windowSeconds }: RateLimit, now: () => Date) {
  const windowMs = windowSeconds * 1000;
  let window = 0;
  let used = new Map<string, number>();

  return function use(key: string, points = 1): RateUse {
    const current = Math.floor(now().getTime() / windowMs);
    if (current !== window) {
      window = current;
      used = new Map();
    }
    const total = (used.get(key) ?? 0) + points;
    used.set(key, total);
    const resetAt = new Date((current + 1) * windowMs);
    return { limit, windowSeconds, remaining: Math.max(0, limit - total), resetAt, exceeded: total > limit };
  };
}

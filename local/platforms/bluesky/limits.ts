import type { Context } from 'hono';
import type { SandboxApp } from '../sandbox-platform.ts';
import { type RateLimit, type RateUse, rateLimiter } from '../sandbox-rate-limit.ts';
import { rateLimitExceeded } from './refusals.ts';

export type BlueskyLimits = {
  /** Calls per address. */
  requests: RateLimit;
  /** Sign-ins per identifier. */
  logins: RateLimit;
  loginsPerDay: RateLimit;
  /** Points per account: 3 to create a record, 2 to put one, 1 to delete one. */
  writes: RateLimit;
  writesPerDay: RateLimit;
};

export const defaultLimits: BlueskyLimits = {
  requests: { limit: 3000, windowSeconds: 300 },
  logins: { limit: 30, windowSeconds: 300 },
  loginsPerDay: { limit: 300, windowSeconds: 86_400 },
  writes: { limit: 5000, windowSeconds: 3600 },
  writesPerDay: { limit: 35_000, windowSeconds: 86_400 },
};

/** Counts sign-ins and writes and tells what is left of the tightest limit. */
export type BlueskyMeter = {
  login(c: Context, identifier: string): void;
  write(c: Context, did: string, points: number): void;
  addTo(app: SandboxApp): void;
};

export const noMeter: BlueskyMeter = { login() {}, write() {}, addTo() {} };

export function meter(limits: BlueskyLimits, now: () => Date): BlueskyMeter {
  const requests = rateLimiter(limits.requests, now);
  const logins = [rateLimiter(limits.logins, now), rateLimiter(limits.loginsPerDay, now)];
  const writes = [rateLimiter(limits.writes, now), rateLimiter(limits.writesPerDay, now)];
  return {
    login: (c, identifier) =>
      tell(
        c,
        logins.map((use) => use(identifier)),
      ),
    write: (c, did, points) =>
      tell(
        c,
        writes.map((use) => use(did, points)),
      ),
    addTo(app) {
      app.use('/xrpc/*', async (c, next) => {
        const use = requests(c.env.incoming.socket.remoteAddress ?? '');
        if (use.exceeded) throw rateLimitExceeded(rateLimitHeaders(use));
        await next();
        tell(c, [use]);
      });
    },
  };
}

function tell(c: Context, uses: RateUse[]) {
  const exceeded = uses.find((use) => use.exceeded);
  if (exceeded) throw rateLimitExceeded(rateLimitHeaders(exceeded));
  const told = Number(c.res.headers.get('RateLimit-Remaining') ?? Number.POSITIVE_INFINITY);
  const tightest = uses.toSorted((one, other) => one.remaining - other.remaining)[0];
  if (!tightest || tightest.remaining >= told) return;
  for (const [name, value] of Object.entries(rateLimitHeaders(tightest))) c.header(name, value);
}

type RateFigures = Omit<RateUse, 'exceeded'>;
export const rateLimitHeaders = ({ limit, windowSeconds, remaining, resetAt }: RateFigures) => ({
  'RateLimit-Limit': String(limit),
  'RateLimit-Remaining': String(remaining),
  'RateLimit-Reset': String(Math.ceil(resetAt.getTime() / 1000)),
  'RateLimit-Policy': `${limit};w=${windowSeconds}`,
});

import type { AuthorizerContext } from './caller.ts';
import { commonFaults, Fault } from './fault.ts';
import { log, measure } from './log.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Admission, Allowance } from './token-buckets.ts';

const hour = 3600;
const day = 24 * hour;

type Limited = Extract<AuthorizerContext, { userId: string }>;

/** What came of counting a request: the headers that say so, and the refusal if the team or the key has used up its own. */
export type Counted = { headers: Record<string, string>; refusal?: Fault; fillingUp?: Promise<void> };

/** Counts a request against the plan of its team, and against the key where that has a limit of its own. */
export async function count(limits: () => RequestLimits, caller: Limited): Promise<Counted> {
  const { teamId, apiKeyId, hourLimit, dayLimit, keyHourLimit } = caller;
  if (teamId === undefined || hourLimit === undefined || dayLimit === undefined) return { headers: {} };
  const plan = [
    { name: 'hour', quota: hourLimit, windowSeconds: hour },
    { name: 'day', quota: dayLimit, windowSeconds: day },
  ];
  const ownKey = apiKeyId && keyHourLimit ? [{ name: 'key', quota: keyHourLimit, windowSeconds: hour }] : [];
  const owners: [string, Allowance[]][] = [
    ['TEAM', plan],
    ...ownKey.map((one): [string, Allowance[]] => [`KEY#${apiKeyId}`, [one]]),
  ];
  try {
    const admissions = await Promise.all(owners.map(([owner, allowances]) => limits().take(teamId, owner, allowances)));
    return { ...told(admissions), fillingUp: fillUp(admissions) };
  } catch (error) {
    reportLimiter(error);
    return { headers: {} };
  }
}

/** Nobody waits for it but the end of the request. */
async function fillUp(admissions: readonly Admission[]): Promise<void> {
  await Promise.all(admissions.map(({ fillUp }) => fillUp?.())).catch(reportLimiter);
}

/** A limiter that fails must not close the API: the request passes, and an alarm on this metric tells. */
export function reportLimiter(error: unknown): void {
  log.error('limiter.failed', { error: error as Error });
  measure('limiter', { failures: { count: 1 } });
}

/** The headers of the IETF draft; of several allowances each is named. */
function told(admissions: readonly Admission[]): Counted {
  const allowances = admissions.flatMap((admission) => admission.allowances);
  const waits = admissions.flatMap(({ retryAfterSeconds = [] }) => retryAfterSeconds);
  const headers = {
    'ratelimit-policy': allowances
      .map(({ name, quota, windowSeconds }) => `"${name}";q=${quota};w=${windowSeconds}`)
      .join(', '),
    ratelimit: allowances.map((one) => `"${one.name}";r=${one.remaining};t=${secondsToFull(one)}`).join(', '),
  };
  if (waits.length === 0) return { headers };
  const retryAfter = String(Math.max(...waits));
  return {
    headers: { ...headers, 'retry-after': retryAfter },
    refusal: new Fault(commonFaults['limit.requests_exceeded'], { detail: `Try again in ${retryAfter} seconds.` }),
  };
}

const secondsToFull = ({ quota, remaining, windowSeconds }: Admission['allowances'][number]) =>
  Math.ceil(((quota - remaining) * windowSeconds) / quota);

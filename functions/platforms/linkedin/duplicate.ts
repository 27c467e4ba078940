import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, type Attempted, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { madeAt } from './made-at.ts';
import { readPost } from './posts.ts';
import { earliest, isOurs, mayRead } from './reconcile.ts';
import { linkedinSession } from './session.ts';

/** The post that a refused one is a duplicate of, where the refusal names it. */
export const duplicateOf = ({ status, body }: HttpAnswer): string | undefined =>
  [400, 409, 422].includes(status)
    ? /duplicate of (urn:li:(?:share|ugcPost):\d{1,20})(?!\d)/i.exec(body)?.[1]
    : undefined;

/** Whether that post is what an earlier attempt made; undefined when nobody can tell. */
export async function isEarlierAttempt(
  tools: AppTools,
  urn: string,
  { account, attempt }: { account: Account; attempt: Attempted },
): Promise<boolean | undefined> {
  if (!mayRead(account)) return isMadeSince(urn, earliest(attempt), tools.now());
  try {
    const post = await readPost(tools, linkedinSession(tools, account), urn);
    // LinkedIn is known to name posts that were deleted; such a one is no proof of anything.
    return post && isOurs(post, account, attempt);
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return undefined;
  }
}

function isMadeSince(urn: string, since: number, now: Date): boolean | undefined {
  const at = madeAt(urn, now);
  return at === undefined ? undefined : at >= since;
}

import type { Account, Refusal, ReplyTo } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { isThere } from './posts.ts';

/** What Threads says of whatever it does not find. */
export const notFoundCode = '24/4279009';

type Refused = { replyTo: ReplyTo; refusal: Refusal };

/**
 * Why there is no container for a reply: no document says how Threads refuses one to a post that is gone, and what was
 * published a moment ago it does not find everywhere at once. So the post itself is asked for.
 */
export async function refusedReply(tools: AppTools, account: Account, { replyTo, refusal }: Refused): Promise<Refusal> {
  if (refusal.kind !== 'target_gone' && refusal.platformCode !== notFoundCode) return refusal;
  const kind = (await isThere(tools, account, replyTo.platformPostId)) ? 'retry_later' : 'target_gone';
  return { ...refusal, kind };
}

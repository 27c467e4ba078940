import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, type Adapter, type Publication, type PublishOutcome, publishTimeoutMs } from '../adapter.ts';
import { type AppTools, isSuccess, type MediaTools, outcomeOf, read } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { isDuplicate, refusalOf, xUrl } from './api.ts';
import { isFresh } from './created-at.ts';
import { xFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { mediaIds, prepare } from './media.ts';
import { checkReady } from './processing.ts';
import { postUrl, reconcile } from './reconcile.ts';
import { xSession } from './session.ts';
import { upload } from './upload.ts';

const Created = z.object({ data: z.object({ id: z.string().regex(/^\d+$/) }) });

export function xAdapter(tools: AppTools & MediaTools) {
  return {
    platform: xFacts,
    retryClass: 'duplicate_refused',
    // The same text with the same pictures is not refused, and nothing says that the same reply is.
    retryClassOf: ({ media = [], replyTo }) => (media.length > 0 || replyTo ? 'unprovable' : 'duplicate_refused'),
    handleFor: textHandle,
    // X knows no handle of ours.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: (account, publication) => prepare(tools, account, publication),
    upload: (account, publication) => upload(tools, account, publication),
    checkReady: (account, publication) => checkReady(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish(tools, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}

async function publish(tools: AppTools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const answer = await xSession(tools, account).send({
    method: 'POST',
    url: xUrl(tools, 'tweets'),
    body: postOf(publication),
    timeoutMs: publishTimeoutMs,
  });
  if (!isSuccess(answer)) return refused(tools, account, { publication, answer });
  const id = read(Created, answer)?.data.id;
  if (id === undefined) return { kind: 'unknown', message: 'X took the post but its answer makes no sense.' };
  return { kind: 'accepted', platformPostId: id, url: postUrl(tools, account, id) };
}

/** https://docs.x.com/x-api/posts/create-post */
function postOf(publication: Publication) {
  const { text, replyTo, overrides } = publication;
  const { replySettings, madeWithAi } = overrides?.x ?? {};
  const media_ids = mediaIds(publication);
  const hasMedia = media_ids.length > 0;
  return {
    text,
    ...(hasMedia && { media: { media_ids } }),
    // Who may reply is a matter of the post on which all replies hang.
    ...(replyTo ? { reply: { in_reply_to_tweet_id: replyTo.platformPostId } } : { reply_settings: replySettings }),
    made_with_ai: replyTo && !hasMedia ? undefined : madeWithAi,
  };
}

type Refused = { publication: Publication; answer: HttpAnswer };

/**
 * A duplicate is refused without a word on what it is a duplicate of. Where an attempt is open it is probably that one,
 * and only a post that is listed since makes it sure.
 */
async function refused(tools: AppTools, account: Account, { publication, answer }: Refused): Promise<PublishOutcome> {
  const refusal = refusalOf(answer, tools.now());
  if (refusal.kind === 'retry_later') return { kind: 'unknown', message: refusal.message };
  const { attemptedAt, replyTo } = publication;
  // What was posted a moment ago is not known everywhere at X (https://github.com/plhery/node-twitter-api-v2/issues/366).
  if (refusal.kind === 'target_gone' && replyTo && isFresh(replyTo.platformPostId, tools.now()))
    return { kind: 'refused', refusal: { ...refusal, kind: 'retry_later' } };
  if (attemptedAt === undefined || answer.status !== 403 || !isDuplicate(refusal.message))
    return { kind: 'refused', refusal };
  const found = await reconcile(tools, account, { ...publication, attemptedAt });
  return found.kind === 'published' ? { ...found, kind: 'accepted' } : { kind: 'unknown', message: refusal.message };
}

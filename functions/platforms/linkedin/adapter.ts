import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, type Adapter, type Publication, type PublishOutcome, publishTimeoutMs } from '../adapter.ts';
import { type AppTools, isSuccess, type MediaTools, outcomeOf } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { isPost, isReadable, refusalOf, restCall } from './api.ts';
import { isComment, publishComment } from './comment.ts';
import { contentOf } from './content.ts';
import { duplicateOf, isEarlierAttempt } from './duplicate.ts';
import { linkedinFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { toLittle } from './little-text.ts';
import { prepare } from './media.ts';
import { postUrl } from './posts.ts';
import { checkReady } from './processing.ts';
import { reconcile } from './reconcile.ts';
import { reconcileComment } from './reconcile-comment.ts';
import { linkedinSession } from './session.ts';
import { upload } from './upload.ts';

export function linkedinAdapter(tools: AppTools & MediaTools) {
  return {
    platform: linkedinFacts,
    retryClass: 'duplicate_refused',
    // Nothing says that the same text with the same files is refused, or the same comment.
    retryClassOf: ({ media = [], replyTo }) => (media.length > 0 || replyTo ? 'unprovable' : 'duplicate_refused'),
    handleFor: textHandle,
    // LinkedIn knows no handle of ours.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: (account, publication) => prepare(tools, account, publication),
    upload: (account, publication) => upload(tools, account, publication),
    checkReady: (account, publication) => checkReady(tools, account, publication),
    publish: (account, publication) =>
      outcomeOf(() =>
        isComment(publication) ? publishComment(tools, account, publication) : publish(tools, account, publication),
      ),
    reconcile: (account, attempt) =>
      isComment(attempt) ? reconcileComment(tools, account, attempt) : reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}

async function publish(tools: AppTools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const answer = await linkedinSession(tools, account).send({
    ...restCall(tools, 'posts'),
    method: 'POST',
    body: postOf(account, publication),
    timeoutMs: publishTimeoutMs,
  });
  if (!isSuccess(answer)) return refused(tools, account, { publication, answer });
  const urn = answer.headers['x-restli-id'] ?? '';
  if (!isPost(urn)) return { kind: 'unknown', message: 'LinkedIn took the post but does not say where it is.' };
  return { kind: 'accepted', platformPostId: urn, url: postUrl(tools, urn) };
}

const postOf = ({ accountId }: Account, publication: Publication) => ({
  author: accountId,
  commentary: toLittle(publication.text),
  visibility: publication.overrides?.linkedin?.visibility ?? 'PUBLIC',
  distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
  content: contentOf(publication),
  lifecycleState: 'PUBLISHED',
  isReshareDisabledByAuthor: false,
});

type Refused = { publication: Publication; answer: HttpAnswer };

/** A duplicate of what an earlier attempt made is that attempt's success; any other is a text that was posted before. */
async function refused(tools: AppTools, account: Account, { publication, answer }: Refused): Promise<PublishOutcome> {
  const refusal = refusalOf(answer, tools.now());
  if (answer.status >= 500 || answer.status === 408) return { kind: 'unknown', message: refusal.message };
  const urn = duplicateOf(answer);
  const { attemptedAt } = publication;
  // In pieces it may have named the post of the open attempt.
  if (urn === undefined && attemptedAt && !isReadable(answer)) return { kind: 'unknown', message: refusal.message };
  if (urn === undefined || attemptedAt === undefined) return { kind: 'refused', refusal };
  const isOurs = await isEarlierAttempt(tools, urn, { account, attempt: { ...publication, attemptedAt } });
  if (isOurs) return { kind: 'accepted', platformPostId: urn, url: postUrl(tools, urn) };
  return isOurs === false ? { kind: 'refused', refusal } : { kind: 'unknown', message: refusal.message };
}

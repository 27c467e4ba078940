import * as z from 'zod';
import {
  type Account,
  type Adapter,
  type Attempted,
  type Publication,
  type PublishOutcome,
  publishTimeoutMs,
  type Reconciled,
} from '../adapter.ts';
import { type AppTools, isSuccess, outcomeOf, read } from '../answer.ts';
import { publishComment, reconcileComment } from '../graph-comments.ts';
import { textHandle } from '../handle.ts';
import { graphRefusal } from '../meta-graph.ts';
import { accountCalls } from './api.ts';
import { commentsBelow } from './comments.ts';
import { checkReady, prepare } from './containers.ts';
import { instagramFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { readAddress } from './posts.ts';
import { reconcile } from './reconcile.ts';

const PublishedMedia = z.object({ id: z.string().min(1) });

export function instagramAdapter(tools: AppTools) {
  return {
    platform: instagramFacts,
    retryClass: 'provable',
    // Comments have no container that could prove them.
    retryClassOf: ({ replyTo }) => (replyTo ? 'unprovable' : 'provable'),
    handleFor: textHandle,
    // Instagram knows no handle of ours: the container proves what came of it.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: async (account, publication) =>
      publication.replyTo ? { kind: 'ready' } : prepare(tools, account, publication),
    checkReady: async (account, publication) =>
      publication.replyTo ? { kind: 'ready' } : checkReady(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish(tools, account, publication)),
    reconcile: (account, attempt) => lookFor(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}

async function publish(tools: AppTools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const { replyTo } = publication;
  if (replyTo) return publishComment(tools, publication, await commentsBelow(tools, account, replyTo));
  const api = await accountCalls(tools, account);
  const path = `${encodeURIComponent(account.accountId)}/media_publish`;
  const call = api.post(path, { creation_id: publication.prepared ?? '' });
  const answer = await tools.http({ ...call, timeoutMs: publishTimeoutMs });
  if (!isSuccess(answer)) return refused(tools, account, { publication, refusal: graphRefusal(answer, tools.now()) });
  const post = read(PublishedMedia, answer);
  if (!post) return { kind: 'unknown', message: 'Instagram took the post but its answer makes no sense.' };
  return { kind: 'accepted', platformPostId: post.id, url: await readAddress(tools, account, post.id) };
}

type Refused = { publication: Publication; refusal: ReturnType<typeof graphRefusal> };

/** The container is not ready, not there (any more), or was published before: another one may do, if this one is no post. */
const aboutContainer = /\/(2207006|2207008|2207020|2207027)$/;

/** A container that is published already may be refused: then the post that it became is the answer. */
async function refused(tools: AppTools, account: Account, { publication, refusal }: Refused): Promise<PublishOutcome> {
  const isContainer = aboutContainer.test(refusal.platformCode ?? '');
  if (refusal.kind === 'retry_later' && !isContainer) return { kind: 'unknown', message: refusal.message };
  if (!isContainer && refusal.kind !== 'content_rejected' && refusal.kind !== 'target_gone')
    return { kind: 'refused', refusal };
  const found = await reconcile(tools, account, publication);
  if (found.kind === 'published') return { ...found, kind: 'accepted' };
  if (found.kind === 'unknown') return found;
  return { kind: 'refused', refusal: isContainer ? { ...refusal, kind: 'retry_later' } : refusal };
}

async function lookFor(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const { replyTo } = attempt;
  if (!replyTo) return reconcile(tools, account, attempt);
  return reconcileComment(attempt, await commentsBelow(tools, account, replyTo));
}

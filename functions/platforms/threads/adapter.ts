import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, type Adapter, type Publication, type PublishOutcome, publishTimeoutMs } from '../adapter.ts';
import { type AppTools, isSuccess, outcomeOf, read } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { graphRefusal } from '../meta-graph.ts';
import { openSecret, threadsApi } from './api.ts';
import { checkReady, prepare } from './containers.ts';
import { threadsFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { readAddress } from './posts.ts';
import { reconcile } from './reconcile.ts';
import { notFoundCode } from './refused-reply.ts';
import { containerIn } from './video-replies.ts';

const PublishedThread = z.object({ id: z.string().min(1) });

export function threadsAdapter(tools: AppTools) {
  return {
    platform: threadsFacts,
    retryClass: 'provable',
    handleFor: textHandle,
    // Threads knows no handle of ours: the container proves what came of it.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: (account, publication) => prepare(tools, account, publication),
    checkReady: (account, publication) => checkReady(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish(tools, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}

async function publish(tools: AppTools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  const path = `${encodeURIComponent(account.accountId)}/threads_publish`;
  const call = api.post(path, { creation_id: containerIn(publication.prepared) });
  const answer = await tools.http({ ...call, timeoutMs: publishTimeoutMs });
  if (!isSuccess(answer)) return refused(tools, account, { publication, answer });
  const post = read(PublishedThread, answer);
  if (!post) return { kind: 'unknown', message: 'Threads took the post but its answer makes no sense.' };
  return { kind: 'accepted', platformPostId: post.id, url: await readAddress(tools, account, post.id) };
}

type Refused = { publication: Publication; answer: HttpAnswer };

/** Not found is also a container that is not ready yet, is gone, or was published before. One that is published became a post, which is the answer then. */
async function refused(tools: AppTools, account: Account, { publication, answer }: Refused): Promise<PublishOutcome> {
  const refusal = graphRefusal(answer, tools.now());
  // Threads has answered 500 with a missing permission inside, and published all the same.
  if (refusal.kind === 'retry_later' || answer.status >= 500) return { kind: 'unknown', message: refusal.message };
  if (refusal.kind !== 'content_rejected' && refusal.kind !== 'target_gone') return { kind: 'refused', refusal };
  const found = await reconcile(tools, account, publication);
  const isNotReady = refusal.platformCode === notFoundCode;
  if (found.kind === 'absent')
    return { kind: 'refused', refusal: isNotReady ? { ...refusal, kind: 'retry_later' } : refusal };
  return found.kind === 'published' ? { ...found, kind: 'accepted' } : found;
}

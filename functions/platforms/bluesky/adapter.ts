import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import {
  type Account,
  type Adapter,
  type Figures,
  PlatformRefused,
  type Publication,
  type Published,
  type PublishOutcome,
  publishTimeoutMs,
  type Reconciled,
} from '../adapter.ts';
import { type AppTools, ask, isSuccess, type MediaTools, outcomeOf, read } from '../answer.ts';
import { errorName, readOrRefuse, refusalOf, xrpc } from './api.ts';
import { blueskyFacts } from './facts.ts';
import { prepare } from './prepare.ts';
import { postCollection, postRecord, postUri, postUrl } from './record.ts';
import { accountSession } from './session.ts';
import { tidOf } from './tid.ts';

const PutRecord = z.object({ uri: z.string().startsWith('at://'), cid: z.string().min(1) });
const GotRecord = PutRecord.extend({ value: z.object({ text: z.string() }) });
const Count = z.number().int().nonnegative().optional();
const PostViews = z.object({
  posts: z.array(z.object({ uri: z.string(), likeCount: Count, repostCount: Count, replyCount: Count })),
});

/** Most posts that `app.bsky.feed.getPosts` takes. */
const postsPerRead = 25;

export function blueskyAdapter(tools: AppTools & MediaTools) {
  return {
    platform: blueskyFacts,
    retryClass: 'idempotent',
    handleFor: tidOf,
    // The key never expires. After a day the post may have been deleted by its author: putting it again would bring it back.
    handleValidSeconds: 24 * 3600,
    unknownPauseSeconds: 5,
    prepare: (account, publication) => prepare(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish(tools, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, uris) => readMetrics(tools, account, uris),
  } satisfies Adapter;
}

const published = ({ accountId }: Account, { handle }: Publication): Published => ({
  platformPostId: postUri(accountId, handle),
  url: postUrl(accountId, handle),
});

async function publish(tools: AppTools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const session = accountSession(tools, account);
  await session.prepare();
  const record = await postRecord(tools, account, publication);
  const answer = await session.send({
    method: 'POST',
    url: xrpc(account.server, 'com.atproto.repo.putRecord'),
    // null: nothing may be there but this very record, which is taken again as it was.
    body: { repo: account.accountId, collection: postCollection, rkey: publication.handle, record, swapRecord: null },
    timeoutMs: publishTimeoutMs,
  });
  if (errorName(answer) === 'InvalidSwap') return takenOutcome(await reconcile(tools, account, publication));
  return publishOutcome(answer, published(account, publication), tools.now());
}

/** What is there may be ours, with a mention that leads elsewhere by now, or another post with the same key by chance. */
const takenOutcome = (found: Reconciled): PublishOutcome =>
  found.kind === 'published'
    ? { ...found, kind: 'accepted' }
    : { kind: 'unknown', message: 'Something else may be there under the key of the post.' };

/** A 5xx may come after the record was written, so it is unknown; the same key again changes nothing. */
function publishOutcome(answer: HttpAnswer, made: Published, now: Date): PublishOutcome {
  if (isSuccess(answer) && read(PutRecord, answer)?.uri === made.platformPostId) return { kind: 'accepted', ...made };
  if (isSuccess(answer)) return { kind: 'unknown', message: 'Bluesky took the post but its answer makes no sense.' };
  const refusal = refusalOf(answer, now);
  // Files that were dropped before the record named them: a sure no, and the next try uploads them again.
  if (errorName(answer) === 'BlobNotFound') return { kind: 'refused', refusal: { ...refusal, kind: 'retry_later' } };
  return refusal.kind === 'retry_later' ? { kind: 'unknown', message: refusal.message } : { kind: 'refused', refusal };
}

/** Anyone may read the record at its key, so no session is needed to tell whether it is there. */
async function reconcile({ http, now }: AppTools, account: Account, publication: Publication): Promise<Reconciled> {
  const query = { repo: account.accountId, collection: postCollection, rkey: publication.handle };
  try {
    const answer = await ask(http, { method: 'GET', url: xrpc(account.server, 'com.atproto.repo.getRecord', query) });
    if (errorName(answer) === 'RecordNotFound') return { kind: 'absent' };
    const { value } = readOrRefuse(GotRecord, answer, now());
    if (value.text !== publication.text) return { kind: 'unknown', message: 'Another text is there under the key.' };
    return { kind: 'published', ...published(account, publication) };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

async function readMetrics(tools: AppTools, account: Account, uris: readonly string[]) {
  const session = accountSession(tools, account);
  const figures = new Map<string, Figures>();
  if (uris.length > 0) await session.prepare();
  for (let start = 0; start < uris.length; start += postsPerRead) {
    const query = uris.slice(start, start + postsPerRead).map((uri): [string, string] => ['uris', uri]);
    const url = xrpc(account.server, 'app.bsky.feed.getPosts', query);
    const answer = await ask(session.send, { method: 'GET', url });
    for (const post of readOrRefuse(PostViews, answer, tools.now()).posts)
      figures.set(post.uri, {
        likes: post.likeCount ?? null,
        reposts: post.repostCount ?? null,
        replies: post.replyCount ?? null,
      });
  }
  return figures;
}

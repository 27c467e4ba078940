import * as z from 'zod';
import { type Account, type Adapter, type Publication, type PublishOutcome, publishTimeoutMs } from '../adapter.ts';
import { type AppTools, isSuccess, outcomeOf, read, WebUrl } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { findLinks } from '../links.ts';
import { graphRefusal } from '../meta-graph.ts';
import { pageApi } from './api.ts';
import { facebookFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { reconcile } from './reconcile.ts';

const PublishedPost = z.object({ id: z.string().min(1), permalink_url: WebUrl.optional().catch(undefined) });

/** The same text as the post before it. */
const duplicateCode = /^506\b/;

export function facebookAdapter(tools: AppTools) {
  return {
    platform: facebookFacts,
    retryClass: 'unprovable',
    handleFor: textHandle,
    // Facebook knows no handle of ours.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    publish: (account, publication) => outcomeOf(() => publish(tools, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}

async function publish(tools: AppTools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const api = await pageApi(tools, account);
  const fields = { message: publication.text, ...linkOf(publication.text), fields: 'id,permalink_url' };
  const call = api.post(`${encodeURIComponent(account.accountId)}/feed`, fields);
  const answer = await tools.http({ ...call, timeoutMs: publishTimeoutMs });
  if (!isSuccess(answer)) return refused(tools, account, { publication, refusal: graphRefusal(answer, tools.now()) });
  const post = read(PublishedPost, answer);
  if (!post) return { kind: 'unknown', message: 'Facebook took the post but its answer makes no sense.' };
  const url = post.permalink_url ?? `${tools.apps.api('facebook').web}/${encodeURIComponent(post.id)}`;
  return { kind: 'accepted', platformPostId: post.id, url };
}

/** The first link of the text is shown with a preview. Facebook takes none to itself. */
function linkOf(text: string): { link?: string } {
  const link = findLinks(text).find(({ url }) => !/(^|\.)(facebook\.com|fb\.com|fb\.me)$/i.test(new URL(url).hostname));
  return link ? { link: link.url } : {};
}

type Refused = { publication: Publication; refusal: ReturnType<typeof graphRefusal> };

/**
 * A refusal for being the last post again is proof, where an earlier attempt is open: that one got through, though it may
 * not be listed yet.
 */
async function refused(tools: AppTools, account: Account, { publication, refusal }: Refused): Promise<PublishOutcome> {
  if (refusal.kind === 'retry_later') return { kind: 'unknown', message: refusal.message };
  const { attemptedAt } = publication;
  if (attemptedAt === undefined || !duplicateCode.test(refusal.platformCode ?? '')) return { kind: 'refused', refusal };
  const found = await reconcile(tools, account, { ...publication, attemptedAt });
  if (found.kind === 'published') return { ...found, kind: 'accepted' };
  return { kind: 'unknown', message: 'Facebook has this post already but does not list it yet.' };
}

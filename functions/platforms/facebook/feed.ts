import * as z from 'zod';
import { type Account, type Publication, type PublishOutcome, publishTimeoutMs } from '../adapter.ts';
import { type AppTools, isSuccess, read, WebUrl } from '../answer.ts';
import { findLinks } from '../links.ts';
import { graphRefusal } from '../meta-graph.ts';
import { pageApi } from './api.ts';
import { attachedMedia } from './photos.ts';
import { reconcileByList } from './reconcile.ts';

const PublishedPost = z.object({ id: z.string().min(1), permalink_url: WebUrl.optional().catch(undefined) });

type Wanted = { publication: Publication; photos?: { photos: readonly string[]; at: string } | undefined };

/** Publishes a text, with the preview of a link or with photos that were uploaded before. */
export async function publishToFeed(tools: AppTools, account: Account, wanted: Wanted): Promise<PublishOutcome> {
  const { publication, photos } = wanted;
  const api = await pageApi(tools, account);
  const shown = photos ? attachedMedia(photos.photos) : linkOf(publication);
  const fields = { message: publication.text, ...shown, fields: 'id,permalink_url' };
  const call = api.post(`${encodeURIComponent(account.accountId)}/feed`, fields);
  const answer = await tools.http({ ...call, timeoutMs: publishTimeoutMs });
  if (!isSuccess(answer)) return refused(tools, account, { ...wanted, refusal: graphRefusal(answer, tools.now()) });
  const post = read(PublishedPost, answer);
  if (!post) return { kind: 'unknown', message: 'Facebook took the post but its answer makes no sense.' };
  const url = post.permalink_url ?? `${tools.apps.api('facebook').web}/${encodeURIComponent(post.id)}`;
  return { kind: 'accepted', platformPostId: post.id, url };
}

/** Unless another is wished for, the first link of the text is shown with a preview. Facebook takes none to itself. */
function linkOf({ text, overrides }: Publication): { link?: string } {
  const wished = overrides?.facebook?.link;
  const links = wished === undefined ? findLinks(text).map(({ url }) => url) : [wished];
  const link = links.find((url) => !/(^|\.)(facebook\.com|fb\.com|fb\.me)$/i.test(new URL(url).hostname));
  return link === undefined ? {} : { link };
}

/** The same text as the post before it. */
const duplicateCode = /^506\b/;
/** Photos that are part of a post already. They were uploaded for this publication only, so it is that post. */
const photosPostedCode = /\/1366051$/;

type Refused = Wanted & { refusal: ReturnType<typeof graphRefusal> };

/**
 * A refusal for being the last post again is proof, where an earlier attempt is open: that one got through, though it may
 * not be listed yet.
 */
async function refused(
  tools: AppTools,
  account: Account,
  { publication, photos, refusal }: Refused,
): Promise<PublishOutcome> {
  if (refusal.kind === 'retry_later') return { kind: 'unknown', message: refusal.message };
  const code = refusal.platformCode ?? '';
  const { attemptedAt } = publication;
  const since = photos && photosPostedCode.test(code) ? new Date(photos.at) : duplicateCode.test(code) && attemptedAt;
  if (!since) return { kind: 'refused', refusal };
  const found = await reconcileByList(tools, account, { ...publication, attemptedAt: attemptedAt ?? since });
  if (found.kind === 'published') return { ...found, kind: 'accepted' };
  return { kind: 'unknown', message: 'Facebook has this post already but does not list it yet.' };
}

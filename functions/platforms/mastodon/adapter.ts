import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import {
  type Account,
  type Adapter,
  type Figures,
  PlatformRefused,
  type Publication,
  type PublishOutcome,
  publishTimeoutMs,
} from '../adapter.ts';
import { type AdapterTools, ask, isSuccess, type MediaTools, malformed, outcomeOf, read, WebUrl } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { bearer, openSecret, refusalOf } from './api.ts';
import { mastodonFacts } from './facts.ts';
import { checkReady, mediaIds, prepare } from './media.ts';
import { reconcile } from './reconcile.ts';

const PublishedStatus = z.object({ id: z.string().min(1), url: WebUrl.nullish(), uri: WebUrl });
const StatusFigures = z.object({
  favourites_count: z.number().int().nonnegative().optional(),
  reblogs_count: z.number().int().nonnegative().optional(),
  replies_count: z.number().int().nonnegative().optional(),
});

/** Figures are read one status a call; a few calls at a time spare the account's rate limit and the server. */
const readsAtOnce = 4;

export function mastodonAdapter(tools: AdapterTools & MediaTools) {
  return {
    platform: mastodonFacts,
    retryClass: 'idempotent',
    handleFor: textHandle,
    // Mastodon keeps an Idempotency-Key for an hour from the call that made the status; the rest is for slow calls.
    handleValidSeconds: 50 * 60,
    // The key is kept once the post is made: a call beside one that is still at work would make a second post.
    unknownPauseSeconds: 90,
    prepare: (account, publication) => prepare(tools, account, publication),
    checkReady: (account, publication) => checkReady(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish(tools, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}

async function publish(tools: AdapterTools, account: Account, publication: Publication) {
  const answer = await tools.http({
    method: 'POST',
    url: new URL('/api/v1/statuses', account.server).href,
    headers: { ...bearer(openSecret(account).accessToken), 'idempotency-key': publication.handle },
    body: statusOf(publication),
    timeoutMs: publishTimeoutMs,
  });
  return publishOutcome(answer, tools.now());
}

function statusOf(publication: Publication) {
  const { visibility = 'public', sensitive, spoilerText, language } = publication.overrides?.mastodon ?? {};
  const media_ids = mediaIds(publication);
  return {
    status: publication.text,
    in_reply_to_id: publication.replyTo?.platformPostId,
    visibility,
    ...(media_ids.length > 0 && { media_ids }),
    sensitive,
    spoiler_text: spoilerText,
    language,
  };
}

/** A 5xx may come after the status was made, so it is unknown; the same key again makes no second one. */
function publishOutcome(answer: HttpAnswer, now: Date): PublishOutcome {
  const refusal = refusalOf(answer, now);
  const status = isSuccess(answer) ? read(PublishedStatus, answer) : undefined;
  if (status) return { kind: 'accepted', platformPostId: status.id, url: status.url ?? status.uri };
  if (isSuccess(answer)) return { kind: 'unknown', message: 'Mastodon took the post but its answer makes no sense.' };
  if (refusal.kind === 'retry_later') return { kind: 'unknown', message: refusal.message };
  return { kind: 'refused', refusal };
}

async function readMetrics(tools: AdapterTools, account: Account, ids: readonly string[]) {
  const figures = new Map<string, Figures>();
  for (let start = 0; start < ids.length; start += readsAtOnce) {
    const group = ids.slice(start, start + readsAtOnce);
    const read = await Promise.all(group.map((id) => readStatus(tools, account, id)));
    for (const [place, id] of group.entries()) if (read[place]) figures.set(id, read[place]);
  }
  return figures;
}

async function readStatus(tools: AdapterTools, account: Account, id: string): Promise<Figures | undefined> {
  const url = new URL(`/api/v1/statuses/${encodeURIComponent(id)}`, account.server).href;
  const answer = await ask(tools.http, { method: 'GET', url, headers: bearer(openSecret(account).accessToken) });
  if (answer.status === 404 || answer.status === 410) return undefined;
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, tools.now()));
  const counts = read(StatusFigures, answer);
  if (!counts) throw new PlatformRefused(malformed(new URL(account.server).host));
  return {
    likes: counts.favourites_count ?? null,
    reposts: counts.reblogs_count ?? null,
    replies: counts.replies_count ?? null,
  };
}

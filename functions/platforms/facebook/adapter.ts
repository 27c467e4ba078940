import type { Account, Adapter, Attempted, Prepared, Publication, Readiness } from '../adapter.ts';
import { type AppTools, outcomeOf } from '../answer.ts';
import type { RetryClass } from '../contract.ts';
import { publishComment, reconcileComment } from '../graph-comments.ts';
import { textHandle } from '../handle.ts';
import { isVideo } from '../media-limits.ts';
import { commentsBelow } from './comments.ts';
import { publishDirectly, reconcileDirectly } from './direct-video.ts';
import { facebookFacts } from './facts.ts';
import { publishToFeed } from './feed.ts';
import { readMetrics } from './figures.ts';
import { checkPhotos, preparePhotos } from './photos.ts';
import { readPrepared } from './prepared.ts';
import { reconcileByList } from './reconcile.ts';
import { prepareReel } from './reels.ts';
import { type LookTools, reconcileTaken } from './taken-video.ts';
import { checkVideo, prepareVideo, publishVideo, reconcileVideo } from './videos.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function facebookAdapter(tools: AppTools, wait = pause) {
  return {
    platform: facebookFacts,
    retryClass: 'unprovable',
    retryClassOf,
    handleFor: textHandle,
    // Facebook knows no handle of ours.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: (account, publication) => prepare(tools, account, publication),
    checkReady: (account, publication) => checkReady(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish({ ...tools, wait }, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}

/** A video that is there before it is published tells whether it was; of all else only the page's lists tell. */
function retryClassOf({ media = [], prepared, replyTo }: Publication): RetryClass {
  if (replyTo) return 'unprovable';
  const files = readPrepared(prepared);
  const isDirect = files !== undefined && 'video' in files && files.video === null;
  return media.some(isVideo) && !isDirect ? 'provable' : 'unprovable';
}

async function prepare(tools: AppTools, account: Account, publication: Publication): Promise<Prepared> {
  const { media = [], overrides, replyTo } = publication;
  if (replyTo || media.length === 0) return { kind: 'ready' };
  if (!media.some(isVideo)) return preparePhotos(tools, account, media);
  const isReel = overrides?.facebook?.format === 'reel';
  return isReel ? prepareReel(tools, account, publication) : prepareVideo(tools, account, publication);
}

async function checkReady(tools: AppTools, account: Account, { prepared }: Publication): Promise<Readiness> {
  const files = readPrepared(prepared);
  if (!files) return { kind: 'ready' };
  if ('photos' in files) return checkPhotos(tools, files);
  const { video: id, isReel = false } = files;
  return id === null ? { kind: 'ready' } : checkVideo(tools, account, { id, isReel });
}

async function publish(tools: LookTools, account: Account, publication: Publication) {
  const { replyTo } = publication;
  if (replyTo) return publishComment(tools, publication, await commentsBelow(tools, account, replyTo));
  const files = readPrepared(publication.prepared);
  if (!files || 'photos' in files) return publishToFeed(tools, account, { publication, photos: files });
  const { video: id, isReel = false } = files;
  if (id === null) return publishDirectly(tools, account, publication);
  return publishVideo(tools, account, { id, isReel, publication });
}

async function reconcile(tools: AppTools, account: Account, attempt: Attempted) {
  const { replyTo } = attempt;
  if (replyTo) return reconcileComment(attempt, await commentsBelow(tools, account, replyTo));
  const files = readPrepared(attempt.prepared);
  if (!files || 'photos' in files) return reconcileByList(tools, account, attempt);
  const { video: id, isReel = false, isTaken = false } = files;
  if (id === null) return reconcileDirectly(tools, account, attempt);
  return isTaken ? reconcileTaken(tools, account, id) : reconcileVideo(tools, account, { id, isReel });
}

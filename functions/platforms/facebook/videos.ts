import * as z from 'zod';
import {
  type Account,
  PlatformRefused,
  type Prepared,
  type Publication,
  type PublishOutcome,
  publishTimeoutMs,
  type Readiness,
  type Reconciled,
} from '../adapter.ts';
import { type AppTools, isSuccess, read, refusing } from '../answer.ts';
import { demandGraph, graphRefusal, isPermissionMissing } from '../meta-graph.ts';
import { pageApi } from './api.ts';
import { writePrepared } from './prepared.ts';
import { finishCall } from './reels.ts';
import { type LookTools, outcomeOfTaken } from './taken-video.ts';
import { failureOf, findVideo, isProcessing, isPublished, postOf, readPost, type Video } from './video-node.ts';

const Created = z.object({ id: z.string().min(1) });
const Changed = z.object({ success: z.literal(true) });

/** How long Facebook may take to answer a call that has it fetch a video. */
const fetchTimeoutMs = 25_000;
const pollSeconds = 15;

/** The call that has Facebook fetch the video; without more it is published as soon as it is processed. */
export async function videoCall(tools: AppTools, account: Account, publication: Publication, more = {}) {
  const api = await pageApi(tools, account);
  const title = publication.overrides?.facebook?.title;
  const fields = {
    file_url: publication.media?.[0]?.url ?? '',
    description: publication.text,
    ...(title !== undefined && { title }),
    ...more,
  };
  return { ...api.post(`${encodeURIComponent(account.accountId)}/videos`, fields), timeoutMs: fetchTimeoutMs };
}

/**
 * Has Facebook fetch the video, which nobody sees until it is published. The documents name a permission of advertisers for
 * videos that are not published: who lacks it publishes in one call.
 */
export async function prepareVideo(tools: AppTools, account: Account, publication: Publication): Promise<Prepared> {
  const call = await videoCall(tools, account, publication, { published: 'false' });
  const made = await refusing(async () => ({ id: (await demandGraph(tools, call, Created)).id }));
  if ('id' in made) return { kind: 'ready', handle: writePrepared({ video: made.id }) };
  return isPermissionMissing(made.refusal) ? { kind: 'ready', handle: writePrepared({ video: null }) } : made;
}

type OnFacebook = { id: string; isReel: boolean };

export const checkVideo = (tools: AppTools, account: Account, { id, isReel }: OnFacebook): Promise<Readiness> =>
  refusing(async () => readinessOf(await findVideo(tools, account, id), isReel));

/** A reel is processed when it is published, so it has to be uploaded only. */
function readinessOf(video: Video | undefined, isReel: boolean): Readiness {
  const status = video?.status?.video_status;
  if (!video || status === 'expired') return { kind: 'expired' };
  const refusal = failureOf(video);
  if (refusal) return { kind: 'refused', refusal };
  if (status === 'ready' || isPublished(video)) return { kind: 'ready' };
  if (isReel && video.status?.uploading_phase?.status === 'complete') return { kind: 'ready' };
  return { kind: 'wait', seconds: pollSeconds };
}

/** The one irreversible call; what came of it, the video itself tells. What was processed before is out at once. */
export async function publishVideo(
  tools: LookTools,
  account: Account,
  { id, isReel, publication }: OnFacebook & { publication: Publication },
): Promise<PublishOutcome> {
  const calledAt = tools.now();
  const api = await pageApi(tools, account);
  const call = isReel
    ? await finishCall(tools, account, { publication, id })
    : api.post(encodeURIComponent(id), { published: 'true' });
  const answer = await tools.http({ ...call, timeoutMs: publishTimeoutMs });
  if (isSuccess(answer) && read(Changed, answer))
    return isReel
      ? outcomeOfTaken(tools, account, { id, calledAt })
      : { kind: 'accepted', ...(await readPost(tools, account, id)) };
  if (isSuccess(answer)) return { kind: 'unknown', message: 'Facebook took the video but its answer makes no sense.' };
  const refusal = graphRefusal(answer, tools.now());
  if (refusal.kind === 'retry_later') return { kind: 'unknown', message: refusal.message };
  if (refusal.kind !== 'content_rejected' && refusal.kind !== 'target_gone') return { kind: 'refused', refusal };
  const found = await reconcileVideo(tools, account, { id, isReel });
  if (found.kind === 'published') return { ...found, kind: 'accepted' };
  return found.kind === 'absent' ? { kind: 'refused', refusal } : found;
}

/** Of a call whose answer was lost. */
export async function reconcileVideo(
  tools: AppTools,
  account: Account,
  { id, isReel }: OnFacebook,
): Promise<Reconciled> {
  try {
    const video = await findVideo(tools, account, id);
    const refusal = video && failureOf(video);
    if (refusal) return { kind: 'refused', refusal };
    const published = video && isPublished(video);
    if (video && published) return { kind: 'published', ...postOf(tools, account, { ...video, id }) };
    if (video && published === false && !(isReel && isProcessing(video))) return { kind: 'absent' };
    return { kind: 'unknown', message: 'Facebook does not tell whether the video was published.' };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

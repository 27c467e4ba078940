import { addSeconds } from '../../runtime/clock.ts';
import { type Account, PlatformRefused, type PublishOutcome, type Reconciled, type Refusal } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { writePrepared } from './prepared.ts';
import { failureOf, findVideo, isOut, postOf, type Video } from './video-node.ts';

export type LookTools = AppTools & { wait: (ms: number) => Promise<void> };

/** Facebook processes the video after it has said yes; a small one within these. */
const looks = 4;
const lookEveryMs = 3_000;
/** From the call on, which may have taken most of it: the run must come to its end. */
const lookSeconds = 20;

type Taken = { id: string; calledAt: Date };

/** Looks for a while at what comes of a video whose publication Facebook has taken; later, its id tells. */
export async function outcomeOfTaken(
  tools: LookTools,
  account: Account,
  { id, calledAt }: Taken,
): Promise<PublishOutcome> {
  for (let left = looks; left > 0 && tools.now() < addSeconds(calledAt, lookSeconds); left--) {
    const found = await reconcileTaken(tools, account, id);
    if (found.kind === 'published') return { ...found, kind: 'accepted' };
    if (found.kind === 'refused') return found;
    if (left > 1) await tools.wait(lookEveryMs);
  }
  return { ...atWork, handle: writePrepared({ video: id, isTaken: true }) };
}

type TakenFound = Exclude<Reconciled, { kind: 'absent' }>;

/** It is never absent, for Facebook has it. What Facebook does not tell, or not now, may still come. */
export async function reconcileTaken(tools: AppTools, account: Account, id: string): Promise<TakenFound> {
  try {
    const video = await findVideo(tools, account, id);
    const refusal = video && (failureOf(video) ?? expiryOf(video));
    if (refusal) return { kind: 'refused', refusal };
    return video && isOut(video) ? { kind: 'published', ...postOf(tools, account, { ...video, id }) } : atWork;
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

/** Dropped before it was out. */
function expiryOf(video: Video): Refusal | undefined {
  if (video.status?.video_status !== 'expired' || isOut(video)) return undefined;
  const message = 'Facebook let the video expire before it was published.';
  return { kind: 'content_rejected', platformCode: 'expired', message };
}

const atWork = { kind: 'unknown', message: 'Facebook is still at work on the video.' } as const;

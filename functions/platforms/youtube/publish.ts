import { type Account, type Publication, type PublishOutcome, publishTimeoutMs, type Refusal } from '../adapter.ts';
import type { AppTools, MediaTools } from '../answer.ts';
import { videoUrl } from './api.ts';
import { youtubeSession } from './session.ts';
import { pieceBytes } from './upload.ts';
import { pieceCall, probeCall, type SessionState, sessionOf, stateOf } from './upload-session.ts';
import { videoOf } from './video.ts';

type Tools = AppTools & MediaTools;

/**
 * Sends the last piece, which makes the video. A session that was never written to begins at its beginning; of all others
 * YouTube tells how far they are.
 */
export async function publish(tools: Tools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const session = sessionOf(publication.prepared);
  const { send } = youtubeSession(tools, account);
  const probe = async () => stateOf(await send(probeCall(session)), tools.now());
  const isUntouched = session.size <= pieceBytes && publication.attemptedAt === undefined;
  const before: SessionState = isUntouched ? { kind: 'open', received: 0 } : await probe();
  if (before.kind !== 'open') return outcomeOf(tools, before);
  const from = before.received;
  // A session that has lost pieces is filled again in the next run.
  if (session.size - from > pieceBytes) return { kind: 'unknown', message: 'YouTube does not have all of the video.' };
  const bytes = await tools.media.piece(videoOf(publication), { from, length: session.size - from });
  const after = stateOf(await send({ ...pieceCall(session, from, bytes), timeoutMs: publishTimeoutMs }), tools.now());
  // What is refused may have been finished before: the session knows.
  const isOdd = after.kind === 'refused' && after.refusal.kind === 'content_rejected';
  const found = isOdd ? await probe() : after;
  return outcomeOf(tools, found.kind === 'done' ? found : after);
}

function outcomeOf(tools: Tools, state: SessionState): PublishOutcome {
  if (state.kind === 'done')
    return { kind: 'accepted', platformPostId: state.videoId, url: videoUrl(tools, state.videoId) };
  if (state.kind === 'open') return { kind: 'unknown', message: 'YouTube has not taken all of the video yet.' };
  if (state.kind === 'gone') return { kind: 'refused', refusal: sessionGone };
  const { refusal } = state;
  return refusal.kind === 'retry_later' ? { kind: 'unknown', message: refusal.message } : { kind: 'refused', refusal };
}

/** Its end is no end of the post: the next run opens another. */
const sessionGone: Refusal = {
  kind: 'retry_later',
  platformCode: 'sessionGone',
  message: 'YouTube has dropped the upload session.',
};

import { addSeconds } from '../../runtime/clock.ts';
import {
  type Account,
  type Prepared,
  type Publication,
  publishTimeoutMs,
  type Readiness,
  uploadSeconds,
} from '../adapter.ts';
import { type AppTools, ask, isSuccess, type MediaTools, refusing } from '../answer.ts';
import { isComment } from './comment.ts';
import { refusalOf } from './refusals.ts';
import { youtubeSession } from './session.ts';
import { keptOf, openedSession, pieceCall, probeCall, sessionOf, stateOf } from './upload-session.ts';
import { sessionCall, videoOf } from './video.ts';

type Tools = AppTools & MediaTools;

/** A multiple of 256 KB, as YouTube demands of every piece but the last. */
export const pieceBytes = 32 * 256 * 1024;

/** Opens an upload session; nobody sees anything of it until its last byte is there. */
export async function prepare(tools: Tools, account: Account, publication: Publication): Promise<Prepared> {
  if (isComment(publication)) return { kind: 'ready' };
  return refusing(async () => {
    const size = await tools.media.sizeOf(videoOf(publication));
    const call = sessionCall(tools, publication, size);
    const answer = await ask(youtubeSession(tools, account).send, call);
    if (!isSuccess(answer)) return { kind: 'refused', refusal: refusalOf(answer, tools.now()) };
    return { kind: 'ready', handle: keptOf({ session: openedSession(tools, answer), size }) };
  });
}

/** Sends piece by piece all but the last one, from wherever the session stands. */
export async function upload(tools: Tools, account: Account, publication: Publication): Promise<Readiness> {
  if (isComment(publication)) return { kind: 'ready' };
  const session = sessionOf(publication.prepared);
  if (session.size <= pieceBytes) return { kind: 'ready' };
  const { send } = youtubeSession(tools, account);
  const endAt = addSeconds(tools.now(), uploadSeconds);
  return refusing(async () => {
    let state = stateOf(await ask(send, probeCall(session)), tools.now());
    while (state.kind === 'open' && session.size - state.received > pieceBytes) {
      if (tools.now() >= endAt) return { kind: 'wait', seconds: 1 };
      const from = state.received;
      const bytes = await tools.media.piece(videoOf(publication), { from, length: pieceBytes });
      const call = { ...pieceCall(session, from, bytes), timeoutMs: publishTimeoutMs };
      state = stateOf(await ask(send, call), tools.now());
    }
    if (state.kind === 'gone') return { kind: 'expired' };
    return state.kind === 'refused' ? state : { kind: 'ready' };
  });
}

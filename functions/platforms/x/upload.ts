import { addSeconds } from '../../runtime/clock.ts';
import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, PlatformRefused, type Publication, publishTimeoutMs, type Readiness } from '../adapter.ts';
import { type AppTools, ask, isSuccess, type MediaTools, read } from '../answer.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';
import { multipart } from '../multipart.ts';
import { uploadRun } from '../upload-run.ts';
import { refusalOf, xUrl } from './api.ts';
import { isGif, type Upload, uploadOf } from './media.ts';
import { findUploaded, Uploaded } from './processing.ts';
import { xSession } from './session.ts';

type Tools = AppTools & MediaTools;

/** X takes 5 MB in a piece, and a thousand pieces. */
const pieceBytes = 4 * 1024 * 1024;

/**
 * Brings the files piece by piece. X does not tell which pieces it has, so that is kept. A piece may be sent again, and a
 * file that was finished by a run that died before it could keep that is known by its status.
 */
export async function upload(tools: Tools, account: Account, publication: Publication): Promise<Readiness> {
  if (publication.prepared === undefined) return { kind: 'ready' };
  const next = (state: Upload) => bringNext(tools, account, { publication, state });
  return uploadRun({ state: uploadOf(publication.prepared), isWhole, next }, tools.now);
}

const isWhole = ({ files, whole }: Upload) => whole >= files.length;

type Place = { publication: Publication; state: Upload };
type File = { id: string; size: number; media: Media; state: Upload };

/** The next piece of a file, or its end; undefined when X does not have that file any more. */
async function bringNext(tools: Tools, account: Account, { publication, state }: Place): Promise<Upload | undefined> {
  const next = state.files[state.whole];
  const media = publication.media?.[state.whole];
  if (!next || !media) return undefined;
  const file = { ...next, media, state };
  return state.sent < next.size ? append(tools, account, file) : finalize(tools, account, file);
}

/** https://docs.x.com/x-api/media/append-media-upload */
async function append(tools: Tools, account: Account, file: File): Promise<Upload | undefined> {
  const { id, size, media, state } = file;
  const from = state.sent;
  const length = Math.min(pieceBytes, size - from);
  const form = await formOf(await tools.media.piece(media, { from, length }), Math.floor(from / pieceBytes));
  const call = { method: 'POST', url: xUrl(tools, `media/upload/${id}/append`), timeoutMs: publishTimeoutMs } as const;
  const answer = await ask(xSession(tools, account).send, { ...call, ...form });
  if (isSuccess(answer)) return { ...state, sent: from + length };
  // Bytes that nobody has looked at yet can't be wrong: the upload is.
  return isRefused(answer) ? foundWhole(tools, account, file) : failed(tools, answer);
}

/** Held in memory, for a call may have to be sent again with another token. */
async function formOf(bytes: Uint8Array, segment: number) {
  const chunks = (async function* () {
    yield bytes;
  })();
  const file = { field: 'media', name: 'piece', type: 'application/octet-stream', size: bytes.length, chunks };
  const { headers, body } = multipart({ segment_index: String(segment) }, file);
  const parts: Uint8Array[] = [];
  for await (const part of body.chunks) parts.push(part);
  return { headers, body: Buffer.concat(parts) };
}

/** https://docs.x.com/x-api/media/finalize-media-upload; a call without a body is refused. */
async function finalize(tools: Tools, account: Account, file: File): Promise<Upload | undefined> {
  const url = xUrl(tools, `media/upload/${file.id}/finalize`);
  const answer = await ask(xSession(tools, account).send, {
    method: 'POST',
    url,
    body: {},
    timeoutMs: publishTimeoutMs,
  });
  if (isSuccess(answer)) return finished(tools, account, { ...file, uploaded: read(Uploaded, answer)?.data });
  if (!isRefused(answer)) return failed(tools, answer);
  const found = await foundWhole(tools, account, file);
  const isAboutFile = answer.status === 400 && !/segment/i.test(answer.body);
  return found || !isAboutFile ? found : failed(tools, answer);
}

const isRefused = ({ status }: HttpAnswer) => [400, 404, 409, 410].includes(status);
const failed = (tools: Tools, answer: HttpAnswer): never => {
  throw new PlatformRefused(refusalOf(answer, tools.now()));
};

async function foundWhole(tools: Tools, account: Account, file: File): Promise<Upload | undefined> {
  const uploaded = await findUploaded(tools, account, file.id);
  return uploaded && finished(tools, account, { ...file, uploaded });
}

const usualLifeSeconds = 24 * 3600;

/** Goes on to the next file. An answer that nobody understands leaves open whether this one is processed. */
async function finished(
  tools: Tools,
  account: Account,
  { id, media, state, uploaded }: File & { uploaded: Uploaded | undefined },
): Promise<Upload> {
  await describe(tools, account, { id, media });
  const { files, whole, endsAt } = state;
  const ends = addSeconds(tools.now(), uploaded?.expires_after_secs ?? usualLifeSeconds).toISOString();
  const isProcessed = uploaded !== undefined && !uploaded.processing_info;
  return {
    files: files.map((one) => (one.id === id ? { ...one, isProcessed } : one)),
    whole: whole + 1,
    sent: 0,
    endsAt: endsAt !== undefined && endsAt < ends ? endsAt : ends,
  };
}

/** https://docs.x.com/x-api/media/create-media-metadata. Pictures and GIFs have alternative texts, videos have none. */
async function describe(tools: Tools, account: Account, { id, media }: Pick<File, 'id' | 'media'>): Promise<void> {
  if (media.altText === undefined || isVideo(media)) return;
  const answer = await ask(xSession(tools, account).send, {
    method: 'POST',
    url: xUrl(tools, 'media/metadata'),
    body: { id, metadata: { alt_text: { text: media.altText } } },
  });
  // Whether a GIF can be described while X is at work on it is not documented; its post is not lost for that.
  if (!isSuccess(answer) && !(isGif(media) && answer.status === 400)) failed(tools, answer);
}

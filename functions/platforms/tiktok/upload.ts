import type { HttpCall } from '../../runtime/http.ts';
import { type Account, PlatformRefused, type Publication, publishTimeoutMs, type Readiness } from '../adapter.ts';
import { type AppTools, ask, isSuccess, type MediaTools, refusing } from '../answer.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';
import { uploadRun } from '../upload-run.ts';
import { refusalOf } from './api.ts';
import { lastChunkAt, type PreparedVideo, videoOf } from './prepared.ts';
import { askStatus } from './status.ts';

type Tools = AppTools & MediaTools;

export const videoFileOf = ({ media = [] }: Publication): Media | undefined => media.find(isVideo);

type Chunk = Pick<Media, 'type'> & { from: number; bytes: Uint8Array };

/** The address says what it is for: no token comes along. */
export const chunkCall = ({ uploadUrl, size }: PreparedVideo, { type, from, bytes }: Chunk): HttpCall => ({
  method: 'PUT',
  url: uploadUrl,
  headers: {
    'content-type': type,
    'content-length': String(bytes.length),
    'content-range': `bytes ${from}-${from + bytes.length - 1}/${size}`,
  },
  body: bytes,
  timeoutMs: publishTimeoutMs,
});

/** Sends chunk by chunk all but the last one. */
export function upload(tools: Tools, account: Account, publication: Publication): Promise<Readiness> {
  const file = videoFileOf(publication);
  if (!file) return Promise.resolve({ kind: 'ready' });
  const video = videoOf(publication.prepared);
  const isOver = tools.now().toISOString() >= video.expiresAt;
  if (lastChunkAt(video) === 0 && !isOver) return Promise.resolve({ kind: 'ready' });
  return refusing(async () => {
    const status = await askStatus(tools, account, video.publishId).catch(unknownId);
    if (status === undefined) return { kind: 'expired' };
    if (status.kind === 'failed')
      return status.refusal.kind === 'retry_later' ? { kind: 'expired' } : { ...status, kind: 'refused' };
    // All its bytes are there, so publishing finds out what came of them.
    if (status.kind !== 'waiting' || status.uploadedBytes === video.size) return { kind: 'ready' };
    if (isOver) return { kind: 'expired' };
    return sendChunks(tools, file, { ...video, sent: startOf(video, status.uploadedBytes) });
  });
}

/** Where the next chunk begins: TikTok knows better than we, if it tells. */
const startOf = ({ sent, chunk }: PreparedVideo, uploadedBytes = sent) =>
  Math.floor(Math.max(sent, uploadedBytes) / chunk) * chunk;

async function sendChunks(tools: Tools, file: Media, video: PreparedVideo): Promise<Readiness> {
  const isWhole = ({ sent }: PreparedVideo) => sent >= lastChunkAt(video);
  // TikTok has more than we knew: what is kept must say so, too.
  if (isWhole(video)) return { kind: 'ready', handle: JSON.stringify(video) };
  const next = (state: PreparedVideo) => sendChunk(tools, file, state);
  return uploadRun({ state: video, isWhole, next }, tools.now);
}

/** Undefined when the address has ended, or TikTok has other bytes than we think: nothing is posted, so another one will do. */
async function sendChunk(tools: Tools, file: Media, video: PreparedVideo): Promise<PreparedVideo | undefined> {
  const { sent: from, chunk } = video;
  const bytes = await tools.media.piece(file, { from, length: chunk });
  const answer = await ask(tools.http, chunkCall(video, { ...file, from, bytes }));
  if (isSuccess(answer)) return { ...video, sent: from + chunk };
  const refusal = refusalOf(answer, tools.now());
  const isPassing = refusal.kind === 'retry_later' || refusal.kind === 'rate_limited';
  if (isPassing) throw new PlatformRefused(refusal);
  return undefined;
}

function unknownId(error: unknown): undefined {
  if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
  throw error;
}

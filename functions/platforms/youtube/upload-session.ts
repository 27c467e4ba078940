import * as z from 'zod';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { PlatformRefused } from '../adapter.ts';
import { type AppTools, malformed, read } from '../answer.ts';
import { refusalOf } from './refusals.ts';

/** What is kept of a session: its address and how large the video is. */
const Kept = z.object({ session: z.url(), size: z.number().int().positive() });
export type UploadSession = z.infer<typeof Kept>;

export const keptOf = (session: UploadSession) => JSON.stringify(session);
export const sessionOf = (prepared = '') => Kept.parse(JSON.parse(prepared));

/** The address of the session that was opened. Calls to it carry the token, so it must be Google's. */
export function openedSession({ apps }: Pick<AppTools, 'apps'>, { headers }: HttpAnswer): string {
  const { location = '' } = headers;
  const { api, upload = api } = apps.api('youtube');
  if (!URL.canParse(location)) throw new PlatformRefused(malformed('YouTube'));
  const { origin, protocol, hostname } = new URL(location);
  const isGoogle = protocol === 'https:' && hostname.endsWith('.googleapis.com');
  if (!isGoogle && origin !== new URL(upload).origin) throw new PlatformRefused(malformed('YouTube'));
  return location;
}

/** Asks how much of the video is there. */
export const probeCall = ({ session, size }: UploadSession): HttpCall => ({
  method: 'PUT',
  url: session,
  headers: { 'content-length': '0', 'content-range': `bytes */${size}` },
});

export const pieceCall = ({ session, size }: UploadSession, from: number, bytes: Uint8Array): HttpCall => ({
  method: 'PUT',
  url: session,
  headers: {
    'content-length': String(bytes.length),
    'content-range': `bytes ${from}-${from + bytes.length - 1}/${size}`,
  },
  body: bytes,
});

const Video = z.object({ id: z.string().regex(/^[\w-]+$/) });

/** What a session says: `open` holds that many bytes, `done` became a video, `gone` is none any more. */
export type SessionState =
  | { kind: 'open'; received: number }
  | { kind: 'done'; videoId: string }
  | { kind: 'gone' }
  | { kind: 'refused'; refusal: ReturnType<typeof refusalOf> };

export function stateOf(answer: HttpAnswer, now: Date): SessionState {
  const { status, headers } = answer;
  if (status === 308) return { kind: 'open', received: received(headers.range) };
  if (status === 404 || status === 410) return { kind: 'gone' };
  if (status !== 200 && status !== 201) return { kind: 'refused', refusal: refusalOf(answer, now) };
  const video = read(Video, answer);
  return video ? { kind: 'done', videoId: video.id } : { kind: 'refused', refusal: malformed('YouTube') };
}

/** `bytes=0-524287`; without it, nothing has come. */
function received(range: string | undefined): number {
  const last = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, PlatformRefused, type Publication, publishTimeoutMs, type Readiness } from '../adapter.ts';
import { type AppTools, ask, isSuccess, type MediaTools, malformed } from '../answer.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';
import { uploadRun } from '../upload-run.ts';
import { refusalOf, restCall } from './api.ts';
import { type Upload, type UploadedFile, uploadOf } from './media.ts';
import { videoStatus } from './processing.ts';
import { linkedinSession } from './session.ts';

type Tools = AppTools & MediaTools;

/**
 * Brings the files part by part, as LinkedIn has divided them, and keeps what it called each. A part may be brought again; a
 * video that was finished by a run that died before it could keep that is known by its status.
 */
export async function upload(tools: Tools, account: Account, publication: Publication): Promise<Readiness> {
  const { prepared, media = [] } = publication;
  if (prepared === undefined) return { kind: 'ready' };
  const next = async (state: Upload): Promise<Upload | undefined> => {
    const place = state.findIndex(isOpen);
    const [file, source] = [state[place], media[place]];
    const further = file && source && (await bringNext(tools, account, { file, source }));
    return further && state.with(place, further);
  };
  return uploadRun({ state: uploadOf(prepared), isWhole: (state) => !state.some(isOpen), next }, tools.now);
}

const isOpen = ({ wholeAt }: UploadedFile) => wholeAt === undefined;

type Bringing = { file: UploadedFile; source: Media };

async function bringNext(tools: Tools, account: Account, bringing: Bringing): Promise<UploadedFile | undefined> {
  const { file, source } = bringing;
  if (file.parts.length > 0) return bringPart(tools, account, bringing);
  if (!isVideo(source)) return whole(file, tools.now());
  const answer = await finalize(tools, account, file);
  if (isSuccess(answer)) return whole(file, tools.now());
  return afterRefusal(tools, account, { ...bringing, answer });
}

const whole = (file: UploadedFile, at: Date): UploadedFile => ({
  ...file,
  parts: [],
  partIds: [],
  wholeAt: at.toISOString(),
});

async function bringPart(tools: Tools, account: Account, bringing: Bringing): Promise<UploadedFile | undefined> {
  const { file, source } = bringing;
  const [part, ...parts] = file.parts;
  if (!part) return undefined;
  const bytes = await tools.media.piece(source, { from: part.first, length: part.last - part.first + 1 });
  const answer = await put(tools, account, { url: part.url, bytes });
  if (!isSuccess(answer)) return afterRefusal(tools, account, { ...bringing, answer });
  if (!isVideo(source)) return { ...file, parts };
  // Documented with quotes and seen without.
  const id = (answer.headers.etag ?? '').replace(/^"|"$/g, '');
  if (id === '') throw new PlatformRefused(malformed('LinkedIn'));
  return { ...file, parts, partIds: [...file.partIds, id] };
}

/** The address itself says who may bring bytes there; LinkedIn's documents differ on whether the token belongs to it. */
async function put(tools: Tools, account: Account, { url, bytes }: { url: string; bytes: Uint8Array }) {
  const headers = { 'content-type': 'application/octet-stream' };
  const call = { method: 'PUT', url, headers, body: bytes, timeoutMs: publishTimeoutMs } as const;
  const answer = await ask(tools.http, call);
  return [401, 403].includes(answer.status) ? ask(linkedinSession(tools, account).send, call) : answer;
}

function finalize(tools: Tools, account: Account, { urn, token, partIds }: UploadedFile): Promise<HttpAnswer> {
  return ask(linkedinSession(tools, account).send, {
    ...restCall(tools, 'videos', { action: 'finalizeUpload' }),
    method: 'POST',
    body: { finalizeUploadRequest: { video: urn, uploadToken: token, uploadedPartIds: partIds } },
  });
}

/** Addresses end, and what was finished takes no more. */
async function afterRefusal(
  tools: Tools,
  account: Account,
  { file, source, answer }: Bringing & { answer: HttpAnswer },
): Promise<UploadedFile | undefined> {
  const refusal = refusalOf(answer, tools.now());
  if (answer.status >= 500 || [408, 413, 415, 422, 426, 429].includes(answer.status))
    throw new PlatformRefused(refusal);
  if (!isVideo(source)) return undefined;
  const found = await videoStatus(tools, account, file.urn);
  const isFinished = typeof found === 'object' && found.status !== 'WAITING_UPLOAD';
  return isFinished ? whole(file, tools.now()) : undefined;
}

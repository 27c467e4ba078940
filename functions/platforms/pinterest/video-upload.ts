import * as z from 'zod';
import {
  type Account,
  PlatformRefused,
  type Prepared,
  type Publication,
  type Readiness,
  type Refusal,
  uploadSeconds,
} from '../adapter.ts';
import { type AppTools, ask, isSuccess, type MediaTools, refusing, WebUrl } from '../answer.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';
import { multipart } from '../multipart.ts';
import { demanded, pinterestUrl } from './api.ts';
import { pinterestSession } from './session.ts';

type Tools = AppTools & MediaTools;

/** https://developers.pinterest.com/docs/api/v5/media-create and media-get */
const Registered = z.object({
  media_id: z.string().min(1),
  upload_url: WebUrl,
  upload_parameters: z.record(z.string(), z.string()),
});
type Registered = z.infer<typeof Registered>;
const Upload = z.object({ status: z.enum(['registered', 'processing', 'succeeded', 'failed']) });

/**
 * Brings a video to the storage that Pinterest names, in one call: the storage takes no pieces, and what opens it is a secret
 * that is not to lie in the ledger. Pictures need nothing: Pinterest fetches them.
 */
export function prepare(tools: Tools, account: Account, { media = [] }: Publication): Promise<Prepared> {
  return refusing(async () => {
    const [first] = media;
    if (!first) throw new PlatformRefused(mediaMissing);
    if (!isVideo(first)) return { kind: 'ready' };
    const registered = await register(tools, account);
    await send(tools, registered, first);
    return { kind: 'ready', handle: registered.media_id };
  });
}

const mediaMissing: Refusal = {
  kind: 'content_rejected',
  platformCode: 'media_missing',
  message: 'A pin needs a picture or a video.',
};

async function register(tools: Tools, account: Account): Promise<Registered> {
  const call = { method: 'POST', url: pinterestUrl(tools, 'media'), body: { media_type: 'video' } } as const;
  return demanded(Registered, await ask(pinterestSession(tools, account).send, call), tools.now());
}

/** A form of all parameters with the file at its end, to a host that is none of the API: without our token. */
async function send(tools: Tools, { upload_url, upload_parameters }: Registered, media: Media): Promise<void> {
  const { size, chunks } = await tools.media.stream(media);
  const form = multipart(upload_parameters, { field: 'file', name: 'video', type: media.type, size, chunks });
  const call = { method: 'POST', url: upload_url, ...form, timeoutMs: uploadSeconds * 1000 } as const;
  const answer = await ask(tools.http, call);
  if (isSuccess(answer)) return;
  const isTooLarge = /<Code>EntityTooLarge<\/Code>/.test(answer.body);
  throw new PlatformRefused({
    kind: isTooLarge ? 'content_rejected' : 'retry_later',
    platformCode: isTooLarge ? 'EntityTooLarge' : `upload ${answer.status}`,
    message: isTooLarge ? 'The video is too large for Pinterest.' : 'The storage of Pinterest did not take the video.',
  });
}

const pollSeconds = 15;

/** Only videos are prepared, and only they are waited for. */
export function checkReady(tools: Tools, account: Account, { prepared }: Publication): Promise<Readiness> {
  return refusing(async () => {
    if (prepared === undefined) return { kind: 'ready' };
    const status = await statusOf(tools, account, prepared);
    if (status === 'failed') throw new PlatformRefused(notProcessed);
    if (status === undefined) return { kind: 'expired' };
    return status === 'succeeded' ? { kind: 'ready' } : { kind: 'wait', seconds: pollSeconds };
  });
}

/** Undefined for an upload that Pinterest does not know (any more). */
async function statusOf(tools: Tools, account: Account, id: string) {
  const url = pinterestUrl(tools, `media/${encodeURIComponent(id)}`);
  const answer = await ask(pinterestSession(tools, account).send, { method: 'GET', url });
  return answer.status === 404 ? undefined : demanded(Upload, answer, tools.now()).status;
}

const notProcessed: Refusal = {
  kind: 'content_rejected',
  platformCode: 'failed',
  message: 'Pinterest could not process the video.',
};

import * as z from 'zod';
import { type Account, PlatformRefused, type Prepared, type Publication, type Refusal } from '../adapter.ts';
import { type AppTools, ask, type MediaTools, refusing } from '../answer.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';
import { openTokens } from '../token-session.ts';
import { demanded, xUrl } from './api.ts';
import { xFacts } from './facts.ts';
import { xSession } from './session.ts';

const MediaId = z.string().regex(/^\d{1,19}$/);
const Count = z.number().int().nonnegative();

/** What is kept of an upload: how many of the files are whole, and how many bytes of the next one are there. */
const Kept = z.object({
  files: z.array(z.object({ id: MediaId, size: Count, isProcessed: z.boolean().optional() })).min(1),
  whole: Count,
  sent: Count,
  /** When X drops the first of those that are whole. */
  endsAt: z.iso.datetime().optional(),
});
export type Upload = z.infer<typeof Kept>;

export const uploadOf = (prepared: string) => Kept.parse(JSON.parse(prepared));

/** The ids of the files that a post shows. */
export const mediaIds = ({ prepared }: Pick<Publication, 'prepared'>): string[] =>
  prepared === undefined ? [] : uploadOf(prepared).files.map(({ id }) => id);

export const isGif = ({ type }: Media) => type === 'image/gif';

/** Begins an upload for each file. Nobody sees anything of it, and X drops what no post names. */
export async function prepare(
  tools: AppTools & MediaTools,
  account: Account,
  { media = [] }: Publication,
): Promise<Prepared> {
  if (media.length === 0) return { kind: 'ready' };
  return refusing(async () => {
    if (openTokens(account).scopes?.includes('media.write') === false) throw new PlatformRefused(scopeMissing);
    if (media.length > 1 && media.some(isGif)) throw new PlatformRefused(gifAmongOthers);
    const files: Upload['files'] = [];
    for (const one of media) files.push(await initialize(tools, account, one));
    return { kind: 'ready', handle: JSON.stringify({ files, whole: 0, sent: 0 } satisfies Upload) };
  });
}

/** https://docs.x.com/x-api/media/initialize-media-upload */
const Initialized = z.object({ data: z.object({ id: MediaId }) });

async function initialize(tools: AppTools & MediaTools, account: Account, media: Media) {
  const size = await tools.media.sizeOf(media);
  if (size > mostBytes(media)) throw new PlatformRefused(tooLarge(media, size));
  const answer = await ask(xSession(tools, account).send, {
    method: 'POST',
    url: xUrl(tools, 'media/upload/initialize'),
    body: { media_type: media.type, media_category: categoryOf(media), total_bytes: size },
  });
  return { id: demanded(Initialized, answer, tools.now()).data.id, size };
}

function categoryOf(media: Media): 'tweet_video' | 'tweet_gif' | 'tweet_image' {
  if (isVideo(media)) return 'tweet_video';
  return isGif(media) ? 'tweet_gif' : 'tweet_image';
}

const { images, videos } = xFacts.limits.media;
const mostBytesOfGif = 15 * 1024 * 1024;

function mostBytes(media: Media): number {
  if (isVideo(media)) return videos.maxBytes;
  return isGif(media) ? mostBytesOfGif : images.maxBytes;
}

const tooLarge = (media: Media, size: number): Refusal => ({
  kind: 'content_rejected',
  platformCode: 'media_too_large',
  message: `X takes ${media.type} of ${mostBytes(media)} bytes at most, the file has ${size}.`,
});

const gifAmongOthers: Refusal = {
  kind: 'content_rejected',
  platformCode: 'media_mixed',
  message: 'X takes one GIF in a post, and no pictures beside it.',
};

/** Of accounts that were connected before files could be posted. */
const scopeMissing: Refusal = {
  kind: 'reconnect',
  platformCode: 'scope_missing',
  message: 'The account was connected without media.write.',
};

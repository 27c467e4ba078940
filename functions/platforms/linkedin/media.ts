import * as z from 'zod';
import { type Account, PlatformRefused, type Prepared, type Publication, type Refusal } from '../adapter.ts';
import { type AppTools, ask, type MediaTools, malformed, refusing } from '../answer.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';
import { demanded, restCall } from './api.ts';
import { linkedinFacts } from './facts.ts';
import { linkedinSession } from './session.ts';

const Count = z.number().int().nonnegative();
const Urn = z.string().regex(/^urn:li:(image|video):[\w-]+$/);
const Part = z.object({ url: z.url(), first: Count, last: Count });

const UploadedFile = z.object({
  urn: Urn,
  size: Count,
  /** Those that are still to come, and what LinkedIn called the others. */
  parts: z.array(Part),
  partIds: z.array(z.string()),
  token: z.string(),
  wholeAt: z.iso.datetime().optional(),
});
export type UploadedFile = z.infer<typeof UploadedFile>;

/** What is kept of an upload; for a video of 500 MB, some 60 KB of addresses and ids of its parts. */
const Kept = z.array(UploadedFile).min(1);
export type Upload = z.infer<typeof Kept>;

export const uploadOf = (prepared: string): Upload => Kept.parse(JSON.parse(prepared));

/** Of an account's own: nobody sees anything of what is uploaded until a post shows it. */
export async function prepare(
  tools: AppTools & MediaTools,
  account: Account,
  { media = [], overrides }: Publication,
): Promise<Prepared> {
  if (media.length === 0) return { kind: 'ready' };
  return refusing(async () => {
    if (overrides?.linkedin?.article) throw new PlatformRefused(articleAmongFiles);
    const upload: Upload = [];
    for (const one of media) upload.push(await initialize(tools, account, one));
    return { kind: 'ready', handle: JSON.stringify(upload) };
  });
}

const articleAmongFiles: Refusal = {
  kind: 'content_rejected',
  platformCode: 'media_mixed',
  message: 'LinkedIn shows files or an article in a post, not both.',
};

async function initialize(tools: AppTools & MediaTools, account: Account, media: Media): Promise<UploadedFile> {
  const size = await tools.media.sizeOf(media);
  const { images, videos } = linkedinFacts.limits.media;
  const { maxBytes } = isVideo(media) ? videos : images;
  if (size > maxBytes) throw new PlatformRefused(tooLarge(media, { size, maxBytes }));
  return isVideo(media) ? initializeVideo(tools, account, size) : initializeImage(tools, account, size);
}

const tooLarge = ({ type }: Media, { size, maxBytes }: { size: number; maxBytes: number }): Refusal => ({
  kind: 'content_rejected',
  platformCode: 'media_too_large',
  message: `LinkedIn takes ${type} of ${maxBytes} bytes at most, the file has ${size}.`,
});

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api */
const ImageUpload = z.object({ value: z.object({ image: Urn, uploadUrl: z.string() }) });

async function initializeImage(tools: AppTools, account: Account, size: number): Promise<UploadedFile> {
  const { value } = await action(tools, account, { path: 'images', schema: ImageUpload });
  const parts = [{ url: uploadUrl(tools, value.uploadUrl), first: 0, last: size - 1 }];
  return { urn: value.image, size, parts, partIds: [], token: '' };
}

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api */
const VideoUpload = z.object({
  value: z.object({
    video: Urn,
    uploadInstructions: z.array(z.object({ uploadUrl: z.string(), firstByte: Count, lastByte: Count })).min(1),
    uploadToken: z.string().nullish(),
  }),
});

async function initializeVideo(tools: AppTools, account: Account, size: number): Promise<UploadedFile> {
  const fields = { fileSizeBytes: size, uploadCaptions: false, uploadThumbnail: false };
  const { value } = await action(tools, account, { path: 'videos', schema: VideoUpload, fields });
  const parts = value.uploadInstructions.map((part) => ({
    url: uploadUrl(tools, part.uploadUrl),
    first: part.firstByte,
    last: part.lastByte,
  }));
  if (!isWholeFile(parts, size)) throw new PlatformRefused(malformed('LinkedIn'));
  return { urn: value.video, size, parts, partIds: [], token: value.uploadToken ?? '' };
}

/** Parts that leave out bytes, or bring some twice, would make a broken video without a word. */
function isWholeFile(parts: UploadedFile['parts'], size: number): boolean {
  let end = 0;
  for (const { first, last } of parts) {
    if (first !== end || last < first) return false;
    end = last + 1;
  }
  return end === size;
}

type Initializing<Schema> = { path: 'images' | 'videos'; schema: Schema; fields?: Record<string, unknown> };

async function action<Schema extends z.ZodType>(
  tools: AppTools,
  account: Account,
  { path, schema, fields }: Initializing<Schema>,
): Promise<z.output<Schema>> {
  const answer = await ask(linkedinSession(tools, account).send, {
    ...restCall(tools, path, { action: 'initializeUpload' }),
    method: 'POST',
    body: { initializeUploadRequest: { owner: account.accountId, ...fields } },
  });
  return demanded(schema, answer, tools.now());
}

/** Where bytes go, and the token where it is asked for: LinkedIn's own hosts. Addresses were seen broken into lines. */
function uploadUrl({ apps }: Pick<AppTools, 'apps'>, told: string): string {
  const url = told.replace(/\s+/g, '');
  if (!URL.canParse(url)) throw new PlatformRefused(malformed('LinkedIn'));
  const { origin, protocol, hostname } = new URL(url);
  const isLinkedin = protocol === 'https:' && /(^|\.)linkedin\.com$/.test(hostname);
  if (!isLinkedin && origin !== new URL(apps.api('linkedin').api).origin)
    throw new PlatformRefused(malformed('LinkedIn'));
  return url;
}

import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { creatorInfo } from './creators.ts';
import { finish, isComplete } from './finish.ts';
import { invalid, tiktokError } from './refusals.ts';
import type { Asked, Publishing } from './state.ts';
import { answered, callerOf, int64, nextId, type TiktokStore } from './store.ts';

const megabyte = 1024 * 1024;
const addressSeconds = 3600;
const fetchTimeoutMs = 5_000;
const photoMaxBytes = 20 * megabyte;

const Shared = {
  privacy_level: z.string(),
  disable_comment: z.boolean().default(false),
  brand_content_toggle: z.boolean().default(false),
  brand_organic_toggle: z.boolean().default(false),
};
const VideoBody = z.object({
  post_info: z.object({
    ...Shared,
    title: z.string().max(2200).default(''),
    disable_duet: z.boolean().default(false),
    disable_stitch: z.boolean().default(false),
    video_cover_timestamp_ms: z.int().optional(),
    is_aigc: z.boolean().default(false),
  }),
  source_info: z.object({
    source: z.literal('FILE_UPLOAD'),
    video_size: z.int().positive(),
    chunk_size: z.int().positive(),
    total_chunk_count: z.int().min(1).max(1000),
  }),
});
const PhotoBody = z.object({
  media_type: z.literal('PHOTO'),
  post_mode: z.literal('DIRECT_POST'),
  post_info: z.object({
    ...Shared,
    title: z.string().max(90).default(''),
    description: z.string().max(4000).default(''),
    auto_add_music: z.boolean().default(false),
  }),
  source_info: z.object({
    source: z.literal('PULL_FROM_URL'),
    photo_images: z.array(z.url()).min(1).max(35),
    photo_cover_index: z.int().min(0),
  }),
});

/** https://developers.tiktok.com/doc/content-posting-api-reference-direct-post and …-photo-post */
export function addPublishings(app: SandboxApp, store: TiktokStore) {
  app.post('/v2/post/publish/video/init/', async (c) => {
    const { openId, username } = callerOf(c, store, 'video.publish');
    const { post_info, source_info: source } = await bodyOf(c, VideoBody);
    checkPrivacy(store, username, post_info);
    checkChunks(source);
    const uploadId = nextId(store);
    const asked = { ...post_info, description: '' };
    const upload = {
      ...{ uploadId, size: source.video_size, chunk: source.chunk_size, received: 0 },
      expiresAt: new Date(store.now().getTime() + addressSeconds * 1000).toISOString(),
    };
    const { publishId } = begin(store, { openId, asked, upload });
    const upload_url = `${store.url}/video/?upload_id=${uploadId}&upload_token=${randomUUID()}`;
    return answered({ publish_id: publishId, upload_url });
  });

  app.post('/v2/post/publish/content/init/', async (c) => {
    const { openId, username } = callerOf(c, store, 'video.publish');
    const { post_info, source_info } = await bodyOf(c, PhotoBody);
    checkPrivacy(store, username, post_info);
    if (source_info.photo_cover_index >= source_info.photo_images.length) throw invalid('photo_cover_index is invalid');
    const asked = { ...post_info, disable_duet: true, disable_stitch: true, is_aigc: false };
    const publishing = begin(store, { openId, asked, upload: null });
    const problem = (await Promise.all(source_info.photo_images.map(photoProblem))).find(Boolean);
    if (problem) publishing.failReason = problem;
    else finish(store, publishing, { photos: source_info.photo_images });
    return answered({ publish_id: publishing.publishId });
  });

  // https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status
  app.post('/v2/post/publish/status/fetch/', async (c) => {
    const { openId } = callerOf(c, store, 'video.publish');
    const { publish_id } = await bodyOf(c, z.object({ publish_id: z.string() }));
    const publishing = store.state.current.publishings[publish_id];
    if (!publishing) throw tiktokError(400, 'invalid_publish_id', 'The publish_id does not exist.');
    if (publishing.openId !== openId)
      throw tiktokError(400, 'token_not_authorized_for_specified_publish_id', 'The token is of another user.');
    return answered(statusOf(store, publishing));
  });
}

function statusOf(store: TiktokStore, publishing: Publishing) {
  const { failReason, upload, asked, postId } = publishing;
  const bytes = upload ? { uploaded_bytes: upload.received } : { downloaded_bytes: 0 };
  if (failReason !== null) return { status: 'FAILED', fail_reason: failReason, ...bytes };
  if (!isComplete(store, publishing))
    return { status: upload ? 'PROCESSING_UPLOAD' : 'PROCESSING_DOWNLOAD', publicaly_available_post_id: [], ...bytes };
  const isPublic = asked.privacy_level === 'PUBLIC_TO_EVERYONE' && postId !== null;
  return {
    status: 'PUBLISH_COMPLETE',
    publicaly_available_post_id: isPublic ? [int64(postId)] : [],
    ...bytes,
  };
}

async function bodyOf<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const body = schema.safeParse(await c.req.json().catch(() => undefined));
  if (!body.success) throw invalid(z.prettifyError(body.error));
  return body.data;
}

type PostInfo = Pick<Asked, 'privacy_level' | 'brand_content_toggle'>;

function checkPrivacy(store: TiktokStore, username: string, { privacy_level, brand_content_toggle }: PostInfo): void {
  if (!creatorInfo(store, username).privacy_level_options.includes(privacy_level))
    throw tiktokError(
      403,
      'privacy_level_option_mismatch',
      'privacy_level is not specified or not one of the options.',
    );
  if (brand_content_toggle && privacy_level === 'SELF_ONLY') throw invalid('Branded content cannot be private.');
}

type Source = z.infer<typeof VideoBody>['source_info'];

/** https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide */
function checkChunks({ video_size: size, chunk_size: chunk, total_chunk_count: count }: Source): void {
  if (count !== Math.floor(size / chunk)) throw invalid('The total chunk count is invalid');
  const isWhole = count === 1 && chunk === size;
  if (size < 5 * megabyte && !isWhole) throw invalid('The chunk size is invalid');
  if (size > 64 * megabyte && count === 1) throw invalid('The chunk size is invalid');
  if (!isWhole && (chunk < 5 * megabyte || chunk > 64 * megabyte)) throw invalid('The chunk size is invalid');
}

function begin(store: TiktokStore, one: Pick<Publishing, 'openId' | 'asked' | 'upload'>): Publishing {
  const publishId = `${one.upload ? 'v_pub_file' : 'p_pub_url'}~v2.${nextId(store)}`;
  const publishing: Publishing = { ...one, publishId, failReason: null, postId: null, completeAt: null };
  store.state.current.publishings[publishId] = publishing;
  store.state.changed();
  return publishing;
}

/** TikTok fetches pictures by itself. */
async function photoProblem(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(fetchTimeoutMs), redirect: 'error' });
    if (!answer.ok) return 'photo_pull_failed';
    if (!/^image\/(jpeg|webp)/.test(answer.headers.get('Content-Type') ?? '')) return 'file_format_check_failed';
    return (await answer.arrayBuffer()).byteLength > photoMaxBytes ? 'picture_size_check_failed' : undefined;
  } catch {
    return 'photo_pull_failed'; // nobody answers, not in time, or elsewhere
  }
}

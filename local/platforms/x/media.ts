import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid, missing } from './refusals.ts';
import type { Media, User } from './state.ts';
import { callerOf, nextId, type XStore } from './store.ts';

const megabyte = 1024 * 1024;

/** https://docs.x.com/x-api/media/quickstart/best-practices; the number names the kind of a media key. */
const categories = {
  tweet_image: { key: '3', maxBytes: 5 * megabyte, types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] },
  tweet_gif: { key: '16', maxBytes: 15 * megabyte, types: ['image/gif'] },
  tweet_video: { key: '7', maxBytes: 8192 * megabyte, types: ['video/mp4', 'video/quicktime'] },
} as const;
const Category = z.enum(['tweet_image', 'tweet_gif', 'tweet_video']);

/** Categories of messages, ads and subtitles are not imitated. */
const NewMedia = z.strictObject({
  media_type: z.string(),
  total_bytes: z.int().min(1),
  media_category: Category,
});
const Segment = z.strictObject({ segment_index: z.coerce.number().int().min(0).max(999), media: z.instanceof(File) });
const NewMetadata = z.strictObject({
  id: z.string(),
  metadata: z.strictObject({ alt_text: z.strictObject({ text: z.string().max(1000) }) }),
});

const pieceBytes = 5 * megabyte;
const lifeSeconds = 24 * 3600;

/** Uploads in pieces: initialize, append, finalize, and the status of what is processed. */
export function addMedia(app: SandboxApp, store: XStore) {
  const { current, changed } = store.state;

  app.post('/2/media/upload/initialize', async (c) => {
    const user = callerOf(c, store, ['media.write']);
    const body = NewMedia.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid(z.prettifyError(body.error));
    const media = newMedia(store, user, body.data);
    current.media[media.id] = media;
    changed();
    return c.json({ data: { id: media.id, media_key: media.key, expires_after_secs: lifeSeconds } });
  });

  app.post('/2/media/upload/:id/append', async (c) => {
    const media = ownMedia(store, callerOf(c, store, ['media.write']), c.req.param('id'));
    if (!c.req.header('Content-Type')?.startsWith('multipart/form-data'))
      throw invalid('The sandbox takes pieces as multipart/form-data only');
    const segment = Segment.safeParse(await c.req.parseBody());
    if (!segment.success) throw invalid(z.prettifyError(segment.error));
    const { segment_index: index, media: file } = segment.data;
    if (media.finalizedAt !== null) throw invalid('The media upload is finalized already.');
    if (file.size > pieceBytes) throw invalid('A segment is 5 MB at most.');
    await store.files.put(`${media.id}.${index}`, new Uint8Array(await file.arrayBuffer()));
    media.segments[index] = file.size;
    changed();
    return c.json({ data: { expires_at: Math.floor(store.now().getTime() / 1000) + lifeSeconds } });
  });

  app.post('/2/media/upload/:id/finalize', async (c) => {
    const media = ownMedia(store, callerOf(c, store, ['media.write']), c.req.param('id'));
    // As reported at https://github.com/trypostit/trypost/pull/202
    const body = z.strictObject({}).safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid('Request body must be a JSON object.');
    if (media.finalizedAt !== null) throw invalid('The media upload is finalized already.');
    await store.files.put(media.id, await joined(store, media));
    media.finalizedAt = store.now().toISOString();
    changed();
    return c.json({ data: { ...view(store, media), ...(isProcessed(media) && pending) } });
  });

  app.get('/2/media/upload', (c) => {
    const user = callerOf(c, store, ['media.write']);
    const { command = 'STATUS', media_id = '' } = c.req.query();
    if (command !== 'STATUS') throw invalid('The `command` query parameter value is not one of [STATUS]');
    const media = ownMedia(store, user, media_id);
    // As reported at https://github.com/drswork/go-twitter/issues/16
    if (media.finalizedAt === null) throw missing(`Could not find media with id: [${media_id}].`);
    return c.json({ data: { ...view(store, media), ...(isProcessed(media) && processing(store, media)) } });
  });

  app.post('/2/media/metadata', async (c) => {
    const user = callerOf(c, store, ['media.write']);
    const body = NewMetadata.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid(z.prettifyError(body.error));
    const { id, metadata } = body.data;
    const media = ownMedia(store, user, id);
    if (media.category === 'tweet_video') throw invalid('Alternative texts are for images and GIFs only.');
    media.altText = metadata.alt_text.text;
    changed();
    return c.json({ data: { id, associated_metadata: metadata } });
  });

  app.get('/media/:id', async (c) => {
    const media = current.media[c.req.param('id')];
    const bytes = media && (await store.files.get(media.id));
    if (!bytes) return c.notFound();
    return c.body(bytes, 200, { 'Content-Type': media.type, 'X-Content-Type-Options': 'nosniff' });
  });
}

function newMedia(
  store: XStore,
  user: User,
  { media_type, media_category, total_bytes }: z.infer<typeof NewMedia>,
): Media {
  const { key, maxBytes, types } = categories[media_category];
  if (!types.some((type) => type === media_type)) throw invalid(`media_type ${media_type} is not ${media_category}`);
  if (total_bytes > maxBytes) throw invalid(`File size exceeds ${maxBytes} bytes.`);
  const id = nextId(store);
  return {
    id,
    key: `${key}_${id}`,
    userId: user.id,
    type: media_type,
    category: media_category,
    totalBytes: total_bytes,
    segments: {},
    finalizedAt: null,
    altText: null,
  };
}

function ownMedia({ state }: XStore, user: User, id: string): Media {
  const media = state.current.media[id];
  if (media?.userId !== user.id) throw missing(`Could not find media with id: [${id}].`);
  return media;
}

async function joined({ files }: XStore, { id, segments, totalBytes }: Media): Promise<Uint8Array<ArrayBuffer>> {
  const indexes = Object.keys(segments)
    .map(Number)
    .toSorted((one, other) => one - other);
  const parts = await Promise.all(indexes.map((index) => files.get(`${id}.${index}`)));
  const bytes = new Uint8Array(Buffer.concat(parts.flatMap((part) => part ?? [])));
  // https://developer.x.com/en/docs/twitter-api/v1/media/upload-media/api-reference/post-media-upload-finalize
  if (bytes.length !== totalBytes || indexes.some((index, place) => index !== place))
    throw invalid('Segments do not add up to provided total file size.');
  return bytes;
}

const isProcessed = ({ category }: Media) => category !== 'tweet_image';
const pending = { processing_info: { state: 'pending', check_after_secs: 1 } };

function view(store: XStore, media: Media) {
  const left = endOf(media) - store.now().getTime();
  const { id, key, totalBytes } = media;
  return { id, media_key: key, size: totalBytes, expires_after_secs: Math.max(0, Math.floor(left / 1000)) };
}

const endOf = ({ finalizedAt }: Media) => Date.parse(finalizedAt ?? '') + lifeSeconds * 1000;

function processing(store: XStore, media: Media) {
  const passed = store.now().getTime() - Date.parse(media.finalizedAt ?? '');
  const progress = store.processingMs === 0 ? 1 : passed / store.processingMs;
  if (progress >= 1) return { processing_info: { state: 'succeeded', progress_percent: 100 } };
  return {
    processing_info: { state: 'in_progress', check_after_secs: 1, progress_percent: Math.floor(progress * 100) },
  };
}

/** The files of a post: whole, processed, the caller's own, and not too old; up to four pictures, or one of anything else. */
export function attachable(store: XStore, user: User, ids: readonly string[]): Media[] {
  const found = ids.flatMap((id) => store.state.current.media[id] ?? []);
  const isGood = (media: Media) =>
    media.userId === user.id &&
    media.finalizedAt !== null &&
    endOf(media) > store.now().getTime() &&
    (!isProcessed(media) || processing(store, media).processing_info.state === 'succeeded');
  const isTogether = found.length <= 1 || !found.some(isProcessed);
  return found.length === ids.length && found.every(isGood) && isTogether ? found : [];
}

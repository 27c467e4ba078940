import * as z from 'zod';
import { fetchedFile } from '../fetched-file.ts';
import { imageBroken, invalid, invalidUrl, notPermitted, sectionMissing } from './refusals.ts';
import type { Pin, User } from './state.ts';
import { nextId, ownBoard, type PinterestStore } from './store.ts';
import { statusOf } from './uploads.ts';

const Picture = z.object({
  url: z.string(),
  title: z.string().max(100).optional(),
  description: z.string().max(800).optional(),
  link: z.string().max(2048).optional(),
});
const MediaSource = z.discriminatedUnion('source_type', [
  z.object({ source_type: z.literal('image_url'), url: z.string(), is_standard: z.boolean().optional() }),
  z.object({
    source_type: z.literal('multiple_image_urls'),
    items: z.array(Picture).min(2).max(5),
    index: z.int().min(0).optional(),
  }),
  z
    .object({
      source_type: z.literal('video_id'),
      media_id: z.string().regex(/^\d+$/),
      cover_image_url: z.string().optional(),
      cover_image_key_frame_time: z.number().optional(),
    })
    .refine((one) => one.cover_image_url !== undefined || one.cover_image_key_frame_time !== undefined, {
      message: 'a cover image is required',
    }),
]);
type MediaSource = z.infer<typeof MediaSource>;

/** https://developers.pinterest.com/docs/api/v5/pins-create */
const PinCreate = z.object({
  board_id: z.string().regex(/^\d+$/),
  board_section_id: z.string().regex(/^\d+$/).optional(),
  title: z.string().max(100).optional(),
  description: z.string().max(800).optional(),
  link: z.string().max(2048).optional(),
  alt_text: z.string().max(500).optional(),
  media_source: MediaSource,
});

const maxImageBytes = 20 * 1024 * 1024;

/** Makes a pin of what was sent, if that can be one. */
export async function newPin(store: PinterestStore, user: User, body: unknown): Promise<Pin> {
  const parsed = PinCreate.safeParse(body);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const { board_id, board_section_id, title, description = '', link, alt_text, media_source } = parsed.data;
  const board = ownBoard(store, user, board_id);
  if (board_section_id !== undefined && !board.sections.some(({ id }) => id === board_section_id))
    throw sectionMissing();
  if (link !== undefined && !URL.canParse(link)) throw invalidUrl();
  const pictures = await picturesOf(store, user, media_source);
  const at = store.now().toISOString();
  return {
    id: nextId(store),
    userId: user.id,
    boardId: board.id,
    sectionId: board_section_id ?? null,
    title: title ?? null,
    description,
    link: link ?? null,
    altText: alt_text ?? null,
    mediaSource: media_source,
    pictures,
    createdAt: at,
    arrivals: [at],
    likes: 0,
    reposts: 0,
    replies: 0,
  };
}

async function picturesOf(store: PinterestStore, user: User, source: MediaSource): Promise<string[]> {
  if (source.source_type === 'video_id') {
    const upload = store.state.current.uploads[source.media_id];
    if (upload?.userId !== user.id) throw notPermitted();
    if (statusOf(store, upload) !== 'succeeded') throw invalid('The media is not ready');
    return source.cover_image_url === undefined ? [] : checked([source.cover_image_url]);
  }
  return checked(source.source_type === 'image_url' ? [source.url] : source.items.map(({ url }) => url));
}

/** Pinterest fetches pictures while it makes the pin. */
async function checked(urls: string[]): Promise<string[]> {
  for (const url of urls) {
    const file = await fetchedFile(url, maxImageBytes);
    if (file === 'unreachable') throw invalidUrl();
    if (file === 'too_large' || !['image/jpeg', 'image/png'].includes(file.type)) throw imageBroken();
  }
  return urls;
}

import { createHash, randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { SandboxRefusal } from '../sandbox-refusal.ts';
import { invalid, missing } from './refusals.ts';
import type { Video } from './state.ts';
import { callerOf, newVideoId, type YoutubeStore } from './store.ts';

const pieceUnit = 256 * 1024;
const descriptionMaxBytes = 5000;
const tagsMax = 500;

const NewVideo = z.object({
  snippet: z.object({
    title: z.string().default(''),
    description: z.string().default(''),
    tags: z.array(z.string()).default([]),
    categoryId: z.string().default('22'),
  }),
  status: z
    .object({
      privacyStatus: z.enum(['private', 'public', 'unlisted']).default('public'),
      selfDeclaredMadeForKids: z.boolean().nullable().default(null),
    })
    .prefault({}),
});
type NewVideo = z.infer<typeof NewVideo>;

type Session = {
  channelId: string;
  size: number;
  asked: NewVideo;
  notifySubscribers: boolean;
  pieces: Uint8Array[];
  received: number;
  videoId: string | null;
};

/** https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol; no other way of uploading. */
export function addUploads(app: SandboxApp, store: YoutubeStore) {
  const sessions = new Map<string, Session>();

  app.post('/upload/youtube/v3/videos', async (c) => {
    const channel = callerOf(c, store, 'youtube.upload');
    const { uploadType, part = '', notifySubscribers = 'true' } = c.req.query();
    if (uploadType !== 'resumable')
      throw invalid('mediaBodyRequired', 'The request does not include the video content.');
    const size = Number(c.req.header('X-Upload-Content-Length'));
    if (!Number.isSafeInteger(size) || size < 1) throw invalid('badRequest', 'X-Upload-Content-Length is missing');
    if (!/^(video\/|application\/octet-stream)/.test(c.req.header('X-Upload-Content-Type') ?? ''))
      throw invalid('badRequest', 'X-Upload-Content-Type is not valid');
    const asked = videoAsked(await c.req.json().catch(() => undefined), part);
    const id = randomUUID();
    const notify = notifySubscribers === 'true';
    sessions.set(id, {
      ...{ channelId: channel.id, size, asked, notifySubscribers: notify },
      ...{ pieces: [], received: 0, videoId: null },
    });
    c.header('Location', `${store.url}/upload/youtube/v3/videos?uploadType=resumable&part=${part}&upload_id=${id}`);
    return c.body(null, 200);
  });

  app.put('/upload/youtube/v3/videos', async (c) => {
    const channel = callerOf(c, store, 'youtube.upload');
    const session = sessions.get(c.req.query('upload_id') ?? '');
    if (session?.channelId !== channel.id) throw missing('notFound', 'Upload session not found');
    return take(c, store, session);
  });
}

function videoAsked(body: unknown, part: string): NewVideo {
  const parts = part.split(',');
  const parsed = NewVideo.safeParse(body);
  if (!parsed.success) throw invalid('badRequest', z.prettifyError(parsed.error));
  if (!parts.includes('snippet') || !parts.includes('status'))
    throw invalid('unexpectedPart', 'The request body has parts that `part` does not name');
  const { title, description, tags, categoryId } = parsed.data.snippet;
  if (title.trim() === '' || title.length > 100 || /[<>]/.test(title))
    throw invalid('invalidTitle', 'The request metadata specifies an invalid or empty video title.');
  if (Buffer.byteLength(description) > descriptionMaxBytes || /[<>]/.test(description))
    throw invalid('invalidDescription', 'The request metadata specifies an invalid video description.');
  if (tags.join(',').length > tagsMax)
    throw invalid('invalidTags', 'The request metadata specifies invalid video keywords.');
  if (!/^\d+$/.test(categoryId))
    throw invalid('invalidCategoryId', 'The snippet.categoryId property specifies an invalid category ID.');
  return parsed.data;
}

async function take(c: Context, store: YoutubeStore, session: Session): Promise<Response> {
  const range = /^bytes (?:\*|(\d+)-(\d+))\/(\d+)$/.exec(c.req.header('Content-Range') ?? '');
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const [from, to, size] = range
    ? [Number(range[1] ?? 0), Number(range[2] ?? -1), Number(range[3])]
    : [0, bytes.length - 1, session.size];
  if (size !== session.size) throw invalid('badRequest', 'The Content-Range has another length');
  const isProbe = range !== null && range[1] === undefined;
  if (isProbe) return session.videoId === null ? incomplete(session) : made(c, store, session.videoId);
  if (session.videoId !== null) throw invalid('badRequest', 'The upload is complete');
  const isLast = to + 1 === size;
  if (bytes.length !== to - from + 1) throw invalid('badRequest', 'The Content-Range does not fit the content');
  if (from !== session.received) throw new SandboxRefusal(503, { error: { code: 503, message: 'Wrong offset' } });
  if (!isLast && bytes.length % pieceUnit !== 0) throw invalid('badRequest', 'Pieces are multiples of 256 KB');
  session.pieces.push(bytes);
  session.received += bytes.length;
  if (!isLast) return incomplete(session);
  session.videoId = finish(store, session).id;
  return made(c, store, session.videoId);
}

function incomplete({ received }: Session): Response {
  const headers: Record<string, string> = received > 0 ? { Range: `bytes=0-${received - 1}` } : {};
  return new Response(null, { status: 308, headers });
}

/** The whole resource is what the parts of the request name; this is what is ever read of it. */
function made(c: Context, { state }: YoutubeStore, id: string): Response {
  const video = state.current.videos[id];
  if (!video) throw missing('videoNotFound', 'The video is gone');
  const { title, description, privacyStatus } = video;
  return c.json(
    { kind: 'youtube#video', id, snippet: { title, description }, status: { uploadStatus: 'uploaded', privacyStatus } },
    201,
  );
}

function finish(store: YoutubeStore, session: Session): Video {
  const { channelId, asked, size, notifySubscribers } = session;
  const { title, description, tags } = asked.snippet;
  const sha256 = createHash('sha256').update(Buffer.concat(session.pieces)).digest('hex');
  session.pieces = [];
  const video: Video = {
    ...{ id: newVideoId(), channelId, title, description, tags, notifySubscribers, size, sha256 },
    privacyStatus: asked.status.privacyStatus,
    madeForKids: asked.status.selfDeclaredMadeForKids,
    createdAt: store.now().toISOString(),
    likes: 0,
    replies: 0,
  };
  store.state.current.videos[video.id] = video;
  store.state.changed();
  return video;
}

import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid, missing, partsRefused, tokenInvalid, uploadExpired, videoForbidden } from './refusals.ts';
import type { Media } from './state.ts';
import { callerOf, checkHeaders, isPostingFor, type LinkedinCaller, type LinkedinStore, newMediaId } from './store.ts';

const partBytes = 4 * 1024 * 1024;
const mostBytes = { image: 36 * 1024 * 1024, video: 500 * 1024 * 1024 };
const urlSeconds = 24 * 3600;
const writeScopes = { person: 'w_member_social', organization: 'w_organization_social' };

const Owner = z.string().regex(/^urn:li:(person|organization):\w+$/);
const NewImage = z.strictObject({ initializeUploadRequest: z.strictObject({ owner: Owner }) });
/** Captions and thumbnails are not imitated. */
const NewVideo = z.strictObject({
  initializeUploadRequest: z.strictObject({
    owner: Owner,
    fileSizeBytes: z.int().min(1).max(mostBytes.video),
    uploadCaptions: z.literal(false).optional(),
    uploadThumbnail: z.literal(false).optional(),
  }),
});
const Finalize = z.strictObject({
  finalizeUploadRequest: z.strictObject({
    video: z.string(),
    uploadToken: z.string(),
    uploadedPartIds: z.array(z.string()).min(1),
  }),
});

/** Images in one call, videos in parts of four megabytes: initialize, bring the bytes, finalize, and the status. */
export function addMedia(app: SandboxApp, store: LinkedinStore) {
  const { current, changed } = store.state;

  app.post('/rest/images', async (c) => {
    const caller = mediaCaller(c, store);
    if (c.req.query('action') !== 'initializeUpload') throw invalid('The sandbox knows action=initializeUpload only');
    const { owner } = (await parsed(c, NewImage)).initializeUploadRequest;
    const media = newMedia(store, caller, { kind: 'image', owner, size: 0 });
    const uploadUrl = `${store.url}/dms-uploads/sp/${media.id}/uploaded-image/0?ca=vector_ads&cn=uploads&sync=0&v=beta`;
    return c.json({ value: { uploadUrlExpiresAt: expiry(media), uploadUrl, image: media.urn } });
  });

  app.post('/rest/videos', async (c) => {
    const caller = mediaCaller(c, store);
    if (c.req.query('action') === 'finalizeUpload') return finalize(c, store, caller);
    if (c.req.query('action') !== 'initializeUpload') throw invalid('The sandbox knows two actions only');
    const { owner, fileSizeBytes: size } = (await parsed(c, NewVideo)).initializeUploadRequest;
    const media = newMedia(store, caller, { kind: 'video', owner, size });
    const uploadInstructions = Array.from({ length: Math.ceil(size / partBytes) }, (_, place) => ({
      uploadUrl: `${store.url}/dms-uploads/${media.id}/uploadedVideo/${place}?sau=${media.token}`,
      lastByte: Math.min((place + 1) * partBytes, size) - 1,
      firstByte: place * partBytes,
    }));
    const { urn, token } = media;
    return c.json({
      value: { uploadUrlsExpireAt: expiry(media), video: urn, uploadInstructions, uploadToken: token },
    });
  });

  app.put('/dms-uploads/sp/:id/uploaded-image/0', async (c) => {
    const media = uploading(c, store, 'image');
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length === 0 || bytes.length > mostBytes.image) throw invalid('The image has too many or no bytes');
    await store.files.put(media.id, bytes);
    media.size = bytes.length;
    media.type = imageType(bytes);
    media.finalizedAt = store.now().getTime();
    changed();
    return c.body(null, 201);
  });

  app.put('/dms-uploads/:id/uploadedVideo/:part', async (c) => {
    const media = uploading(c, store, 'video');
    const part = Number(c.req.param('part'));
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const expected = Math.min(partBytes, media.size - part * partBytes);
    if (bytes.length !== expected) throw invalid(`Part ${part} has ${bytes.length} bytes, not ${expected}`);
    await store.files.put(`${media.id}.${part}`, bytes);
    const partId = `/ambry-video/signedId/${randomBytes(24).toString('base64url')}.bin`;
    media.partIds[part] = partId;
    changed();
    return c.body(null, 200, { ETag: partId });
  });

  app.get('/rest/videos/:urn', (c) => {
    const caller = mediaCaller(c, store);
    const media = Object.values(current.media).find(({ urn }) => urn === c.req.param('urn'));
    if (media?.kind !== 'video') throw missing(`video ${c.req.param('urn')}`);
    if (!store.videosMayBeRead || !isPostingFor(store, caller, media.owner)) throw videoForbidden();
    return c.json({ id: media.urn, owner: media.owner, status: statusOf(store, media) });
  });

  app.get('/media/:id', async (c) => {
    const media = current.media[c.req.param('id')];
    const bytes = media && (await store.files.get(media.id));
    if (!bytes) return c.notFound();
    return c.body(bytes, 200, { 'Content-Type': media.type, 'X-Content-Type-Options': 'nosniff' });
  });
}

function mediaCaller(c: Context, store: LinkedinStore): LinkedinCaller {
  checkHeaders(c);
  return callerOf(c, store, Object.values(writeScopes));
}

async function parsed<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const body = schema.safeParse(await c.req.json().catch(() => undefined));
  if (!body.success) throw invalid(z.prettifyError(body.error));
  return body.data;
}

type NewMedia = Pick<Media, 'kind' | 'owner' | 'size'>;

function newMedia(store: LinkedinStore, caller: LinkedinCaller, { kind, owner, size }: NewMedia): Media {
  const scope = owner.startsWith('urn:li:person:') ? writeScopes.person : writeScopes.organization;
  if (!caller.token.scopes.includes(scope) || !isPostingFor(store, caller, owner)) throw videoForbidden();
  const id = newMediaId();
  const begunAt = store.now().getTime();
  const token = kind === 'video' ? randomBytes(12).toString('base64url') : '';
  const media: Media = {
    id,
    urn: `urn:li:${kind}:${id}`,
    kind,
    owner,
    type: 'video/mp4',
    size,
    token,
    partIds: [],
    begunAt,
    finalizedAt: null,
  };
  store.state.current.media[id] = media;
  store.state.changed();
  return media;
}

const expiry = ({ begunAt }: Media) => begunAt + urlSeconds * 1000;

/** The address itself is the permission; LinkedIn's documents differ on whether the token is asked for as well. */
function uploading(c: Context, store: LinkedinStore, kind: Media['kind']): Media {
  if (store.uploadsNeedToken) callerOf(c, store, Object.values(writeScopes));
  const media = store.state.current.media[c.req.param('id') ?? ''];
  if (media?.kind !== kind || (kind === 'video' && c.req.query('sau') !== media.token)) throw tokenInvalid();
  if (store.now().getTime() >= expiry(media)) throw uploadExpired();
  if (kind === 'video' && media.finalizedAt !== null) throw invalid('The video is finalized already');
  return media;
}

async function finalize(c: Context, store: LinkedinStore, caller: LinkedinCaller) {
  const { video, uploadToken, uploadedPartIds } = (await parsed(c, Finalize)).finalizeUploadRequest;
  const media = Object.values(store.state.current.media).find(({ urn }) => urn === video);
  if (media?.kind !== 'video' || media.token !== uploadToken) throw invalid('This Video ID is invalid');
  if (!isPostingFor(store, caller, media.owner)) throw videoForbidden();
  if (media.finalizedAt !== null) throw invalid('The video is finalized already');
  const count = Math.ceil(media.size / partBytes);
  const isComplete =
    uploadedPartIds.length === count && uploadedPartIds.every((id, place) => media.partIds[place] === id);
  if (!isComplete) throw partsRefused();
  const parts = await Promise.all(uploadedPartIds.map((_, place) => store.files.get(`${media.id}.${place}`)));
  await store.files.put(media.id, new Uint8Array(Buffer.concat(parts.flatMap((part) => part ?? []))));
  media.finalizedAt = store.now().getTime();
  store.state.changed();
  return c.body(null, 200);
}

export function statusOf(store: LinkedinStore, { kind, finalizedAt }: Media) {
  if (finalizedAt === null) return 'WAITING_UPLOAD';
  const isDone = kind === 'image' || store.now().getTime() >= finalizedAt + store.processingMs;
  return isDone ? 'AVAILABLE' : 'PROCESSING';
}

/** The type is not told with the bytes, but by them. */
function imageType([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xd8) return 'image/jpeg';
  return first === 0x89 ? 'image/png' : 'image/gif';
}

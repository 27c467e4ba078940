import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { callerOf } from './caller.ts';
import { isReady, mediaEntity } from './entities.ts';
import { mediaLimits } from './instance.ts';
import { invalid, recordNotFound } from './refusals.ts';
import type { Media } from './state.ts';
import { type MastodonStore, nextId } from './store.ts';

const Upload = z.object({
  file: z.instanceof(File),
  description: z.string().max(mediaLimits.description_limit).optional(),
  focus: z
    .string()
    .regex(/^-?[\d.]+,-?[\d.]+$/)
    .default('0,0'),
});

export function addMedia(app: SandboxApp, store: MastodonStore) {
  app.post('/api/v2/media', async (c) => {
    const { account } = callerOf(c, store, ['write:media']);
    const upload = Upload.safeParse(await c.req.parseBody());
    if (!upload.success) throw invalid("File can't be blank, or description or focus is invalid");
    const media = newMedia(store, account.id, upload.data);
    await store.files.put(media.id, new Uint8Array(await upload.data.file.arrayBuffer()));
    store.state.current.media[media.id] = media;
    store.state.changed();
    return c.json(mediaEntity(store, media), isReady(media, store.now()) ? 200 : 202);
  });

  app.get('/api/v1/media/:id', (c) => {
    const { account } = callerOf(c, store, ['write:media']);
    const media = store.state.current.media[c.req.param('id')];
    if (media?.accountId !== account.id || media.statusId !== null) throw recordNotFound();
    return Response.json(mediaEntity(store, media), { status: isReady(media, store.now()) ? 200 : 206 });
  });

  app.get('/media/:id', async (c) => {
    const media = store.state.current.media[c.req.param('id')];
    const bytes = media && (await store.files.get(media.id));
    if (!bytes) return c.notFound();
    return c.body(bytes, 200, { 'Content-Type': media.contentType, 'X-Content-Type-Options': 'nosniff' });
  });
}

/** Images are ready at once; the rest is processed for a while. */
function newMedia(
  store: MastodonStore,
  accountId: string,
  { file, description, focus }: z.infer<typeof Upload>,
): Media {
  if (!mediaLimits.supported_mime_types.includes(file.type)) {
    throw invalid('File content type is invalid, File is invalid');
  }
  const kind = file.type === 'image/gif' ? 'gifv' : z.enum(['image', 'video', 'audio']).parse(file.type.split('/')[0]);
  const limit = kind === 'image' ? mediaLimits.image_size_limit : mediaLimits.video_size_limit;
  if (file.size > limit) throw invalid(`File file size must be less than ${Math.floor(limit / 1_048_576)} MB`);
  const [x = 0, y = 0] = focus.split(',').map(Number);
  return {
    id: nextId(store),
    accountId,
    kind,
    contentType: file.type,
    description: description ?? null,
    focus: { x, y },
    readyAt: new Date(store.now().getTime() + (kind === 'image' ? 0 : store.limits.mediaProcessingMs)).toISOString(),
    statusId: null,
  };
}

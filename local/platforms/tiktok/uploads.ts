import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { SandboxApp } from '../sandbox-platform.ts';
import { finish } from './finish.ts';
import { tiktokError } from './refusals.ts';
import type { Publishing } from './state.ts';
import type { TiktokStore } from './store.ts';

const lastChunkMaxBytes = 128 * 1024 * 1024;

type Upload = NonNullable<Publishing['upload']>;

/** https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide: chunks come one after the other. */
export function addUploads(app: SandboxApp, store: TiktokStore) {
  const chunks = new Map<string, Uint8Array[]>();

  app.put('/video/', async (c) => {
    const { publishing, upload } = uploadOf(c, store);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(c.req.header('Content-Range') ?? '');
    const [from, to, size] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])];
    if (!range || size !== upload.size || bytes.length !== to - from + 1 || !c.req.header('Content-Type'))
      throw tiktokError(400, 'invalid_params', 'The headers do not fit the content');
    checkChunk(upload, from, bytes.length);
    const had = chunks.get(upload.uploadId) ?? [];
    if (from > 0 && had.length === 0) throw tiktokError(404, 'not_found', 'The upload is lost');
    chunks.set(upload.uploadId, [...had, bytes]);
    upload.received += bytes.length;
    store.state.changed();
    const headers = { 'Content-Range': `bytes 0-${upload.received - 1}/${size}` };
    if (upload.received < size) return c.body(null, 206, headers);
    const sha256 = createHash('sha256')
      .update(Buffer.concat([...had, bytes]))
      .digest('hex');
    chunks.delete(upload.uploadId);
    finish(store, publishing, { size, sha256 });
    return c.body(null, 201, headers);
  });
}

function uploadOf(c: Context, { state, now }: TiktokStore): { publishing: Publishing; upload: Upload } {
  const { upload_id, upload_token } = c.req.query();
  const publishing = Object.values(state.current.publishings).find(({ upload }) => upload?.uploadId === upload_id);
  if (!publishing?.upload || !upload_token) throw tiktokError(404, 'not_found', 'There is no such upload');
  if (publishing.upload.expiresAt <= now().toISOString())
    throw tiktokError(403, 'forbidden', 'The upload_url has expired');
  return { publishing, upload: publishing.upload };
}

function checkChunk({ size, chunk, received }: Upload, from: number, length: number): void {
  if (from !== received) throw tiktokError(416, 'range_not_satisfiable', 'The range does not fit what was uploaded');
  const isLast = from + length === size;
  if (isLast ? length > lastChunkMaxBytes : length !== chunk)
    throw tiktokError(400, 'invalid_params', 'The chunk has another size than was said');
  if (isLast && from !== (Math.floor(size / chunk) - 1) * chunk)
    throw tiktokError(400, 'invalid_params', 'There are too many chunks');
}

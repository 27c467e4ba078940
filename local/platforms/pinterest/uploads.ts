import { newSecret } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { SandboxRefusal } from '../sandbox-refusal.ts';
import { invalid, uploadMissing } from './refusals.ts';
import type { Upload } from './state.ts';
import { callerOf, nextId, type PinterestStore, versionPath } from './store.ts';

/** Videos: https://developers.pinterest.com/docs/api/v5/media-create, and the storage that they are sent to. */
export function addUploads(app: SandboxApp, store: PinterestStore) {
  const { current, changed } = store.state;

  app.post(`${versionPath}/media`, async (c) => {
    const { user } = callerOf(c, store, 'pins:read', 'pins:write');
    const { media_type } = await c.req.json();
    if (media_type !== 'video') throw invalid(`'${media_type}' is not one of ['video']`);
    const id = nextId(store);
    const upload: Upload = {
      id,
      userId: user.id,
      key: `uploads/${newSecret()}/${id}`,
      signature: newSecret(),
      uploadedAt: null,
      bytes: 0,
      isVideo: false,
    };
    current.uploads[id] = upload;
    changed();
    const { url } = store;
    return c.json(
      { media_id: id, media_type, upload_url: `${url}/storage/`, upload_parameters: parametersOf(upload) },
      201,
    );
  });

  app.get(`${versionPath}/media/:media`, (c) => {
    const { user } = callerOf(c, store, 'pins:read');
    const upload = current.uploads[c.req.param('media')];
    if (upload?.userId !== user.id) throw uploadMissing();
    return c.json({ media_id: upload.id, media_type: 'video', status: statusOf(store, upload) });
  });

  // A form post to S3: the policy's fields first, the file last.
  app.post('/storage/', async (c) => {
    if (c.req.header('Authorization')) throw storageRefusal(400, 'InvalidArgument');
    const form = await c.req.parseBody();
    const upload = Object.values(current.uploads).find(({ key }) => key === form.key);
    if (!upload || upload.uploadedAt !== null) throw storageRefusal(403, 'AccessDenied');
    const expected = Object.entries(parametersOf(upload));
    if (expected.some(([name, value]) => form[name] !== value)) throw storageRefusal(403, 'SignatureDoesNotMatch');
    const { file } = form;
    if (typeof file === 'string' || file === undefined) throw storageRefusal(400, 'InvalidArgument');
    const bytes = new Uint8Array(await file.arrayBuffer());
    upload.bytes = bytes.length;
    upload.isVideo = Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp';
    upload.uploadedAt = store.now().toISOString();
    changed();
    return c.body(null, 204);
  });
}

const parametersOf = ({ key, signature }: Upload) => ({
  'x-amz-date': '20300101T120000Z',
  'x-amz-signature': signature,
  'x-amz-security-token': 'a session of the storage',
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  key,
  policy: 'eyJleHBpcmF0aW9uIjoiMjAzMCJ9',
  'x-amz-credential': 'ASIA/20300101/us-east-1/s3/aws4_request',
  'Content-Type': 'multipart/form-data',
});

/** The storage has an envelope of its own, in XML. */
const storageRefusal = (status: number, code: string) =>
  new SandboxRefusal(status, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);

export function statusOf({ now, processingMs }: PinterestStore, { uploadedAt, isVideo }: Upload) {
  if (uploadedAt === null) return 'registered';
  if (now().getTime() - Date.parse(uploadedAt) < processingMs) return 'processing';
  return isVideo ? 'succeeded' : 'failed';
}

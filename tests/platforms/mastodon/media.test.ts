import { describe, expect, test } from 'vitest';
import { mastodonAccess } from '../../../functions/platforms/mastodon/access.ts';
import { mastodonAdapter } from '../../../functions/platforms/mastodon/adapter.ts';
import { startMastodon } from '../../../local/platforms/mastodon/start-mastodon.ts';
import { samplePaths, samplePicture } from '../../../local/platforms/sample-media.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, connectMastodon, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { adapterSuite } from '../adapter-suite.ts';

let sandbox: Sandbox;

adapterSuite('Mastodon, with a picture', {
  start: async () => {
    sandbox = await startMastodon({ rateLimit: 'off' });
    return sandbox;
  },
  connect: connectMastodon,
  adapterOver: mastodonAdapter,
  accessOver: mastodonAccess,
  content: () => ({ media: [{ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A pixel' }] }),
  operations: {
    prepare: 'POST /api/v2/media',
    checkReady: 'GET /api/v1/media/:id',
    publish: 'POST /api/v1/statuses',
    list: 'GET /api/v1/accounts/:id/statuses',
    metrics: 'GET /api/v1/statuses/:id',
    revoke: 'POST /oauth/revoke',
  },
  expired: 'lost',
  tellsRetry: 'seconds',
  urlPattern: /\/@alice\/\d+$/,
});

const adapter = mastodonAdapter(calls);
const accountAt = (server: string) => ({
  server,
  accountId: '1',
  accountName: '@ada@social.example',
  secret: JSON.stringify({ accessToken: 't', clientId: 'c', clientSecret: 's' }),
  renewSecret: neverRenewed,
});

/** A server that keeps files, and answers uploads and looks at them as the test says. */
async function withServer(answers: { upload?: Answer; look?: Answer } = {}) {
  const server = await scriptedServer(({ method, path }) => {
    if (path === '/file.jpg') return { headers: { 'content-length': '3' }, body: 'abc' };
    // https://docs.joinmastodon.org/methods/media/#v2: 200 or 202 with the attachment.
    if (method === 'POST' && path === '/api/v2/media') return answers.upload ?? { body: { id: '22', url: null } };
    if (path.startsWith('/api/v1/media/')) return answers.look ?? { body: { id: '22' } };
    return { body: { id: '1', uri: 'https://social.example/1' } };
  });
  const picture = { url: `${server.url}/file.jpg`, type: 'image/jpeg', altText: 'Ada' } as const;
  return { ...server, account: accountAt(server.url), publication: { text: 'Hello', handle: 'h', media: [picture] } };
}

describe('Mastodon: files', () => {
  test('are uploaded with their alternative texts, and named by the status with the wishes of the post', async () => {
    const { account, publication, requests, stop } = await withServer();
    const prepared = await adapter.prepare(account, publication);
    expect(prepared).toEqual({ kind: 'ready', handle: '["22"]' });
    const overrides = {
      mastodon: { visibility: 'unlisted', sensitive: true, spoilerText: 'Cats', language: 'de' },
    } as const;
    await adapter.publish(account, { ...publication, overrides, prepared: '["22"]' });
    const upload = requests.find(({ path }) => path === '/api/v2/media');
    expect(upload?.headers['content-length']).toBe(String(Buffer.byteLength(upload?.body ?? '')));
    expect(upload?.body).toMatch(/name="description"\r\n\r\nAda\r\n/);
    expect(upload?.body).toMatch(/name="file"; filename="[\w-]+"\r\ncontent-type: image\/jpeg\r\n\r\nabc\r\n/);
    expect(JSON.parse(requests.at(-1)?.body ?? '')).toEqual({
      status: 'Hello',
      media_ids: ['22'],
      visibility: 'unlisted',
      sensitive: true,
      spoiler_text: 'Cats',
      language: 'de',
    });
    await stop();
  });

  test.each([
    // https://docs.joinmastodon.org/methods/media/#get: 206 while it is processed, 422 when that failed.
    [206, { kind: 'wait' }],
    [200, { kind: 'ready' }],
    [404, { kind: 'ready' }],
    [422, { kind: 'refused', refusal: { kind: 'content_rejected' } }],
    [503, { kind: 'refused', refusal: { kind: 'retry_later' } }],
  ])('looked at with %i are %o', async (status, readiness) => {
    const { account, publication, stop } = await withServer({ look: { status } });
    expect(await adapter.checkReady(account, { ...publication, prepared: '["22"]' })).toMatchObject(readiness);
    await stop();
  });

  test('that the server does not take end the post, with its words', async () => {
    const refusal = { status: 422, body: { error: 'Validation failed: File content type is invalid' } };
    const { account, publication, stop } = await withServer({ upload: refusal });
    expect(await adapter.prepare(account, publication)).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', message: expect.stringContaining('File content type') },
    });
    await stop();
  });

  test('that cannot be fetched end the post before anything is sent', async () => {
    const { account, publication, url, requests, stop } = await withServer();
    const gone = [{ url: `${url.replace('127.0.0.1', '127.0.0.2')}/none.jpg`, type: 'image/jpeg' as const }];
    expect(await adapter.prepare(account, { ...publication, media: gone })).toMatchObject({ kind: 'refused' });
    expect(requests).toEqual([]);
    await stop();
  });

  test('reach the sandbox byte by byte', async () => {
    const real = await startMastodon({ rateLimit: 'off' });
    const connected = await connectMastodon(real.url);
    const account = { ...connected, renewSecret: neverRenewed };
    const media = [{ url: `${real.url}${samplePaths.picture}`, type: 'image/jpeg' as const, altText: 'A pixel' }];
    const prepared = await adapter.prepare(account, { text: 'Hello', handle: 'h', media });
    const [id] = JSON.parse('handle' in prepared ? (prepared.handle ?? '[]') : '[]');
    const kept = await fetch(`${real.url}/media/${id}`);
    expect(new Uint8Array(await kept.arrayBuffer())).toEqual(samplePicture);
    await real.stop();
  });
});

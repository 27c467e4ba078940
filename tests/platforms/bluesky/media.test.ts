import { describe, expect, test } from 'vitest';
import { blueskyAccess } from '../../../functions/platforms/bluesky/access.ts';
import { blueskyAdapter } from '../../../functions/platforms/bluesky/adapter.ts';
import { startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, connectBluesky, keptAccount } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { adapterSuite } from '../adapter-suite.ts';

let sandbox: Sandbox;

adapterSuite('Bluesky, with a picture', {
  start: async () => {
    sandbox = await startBluesky({ rateLimits: 'off' });
    return sandbox;
  },
  connect: connectBluesky,
  adapterOver: blueskyAdapter,
  accessOver: blueskyAccess,
  content: () => ({ media: [{ url: `${sandbox.url}${samplePaths.picture}`, type: 'image/jpeg', altText: 'A pixel' }] }),
  operations: {
    prepare: 'com.atproto.repo.uploadBlob',
    publish: 'com.atproto.repo.putRecord',
    list: 'com.atproto.repo.getRecord',
    metrics: 'app.bsky.feed.getPosts',
    revoke: 'com.atproto.server.deleteSession',
  },
  expired: 'renewed',
  tellsRetry: 'seconds',
  urlPattern: /^https:\/\/bsky\.app\/profile\/did:plc:[a-z2-7]+\/post\/[a-z2-7]{13}$/,
});

const adapter = blueskyAdapter(calls);
const did = 'did:plc:ada';
const handle = adapter.handleFor(new Date('2030-01-01T12:00:00.123Z'), 'seed');
// https://docs.bsky.app/docs/api/com-atproto-repo-upload-blob
const blob = { $type: 'blob', ref: { $link: 'bafkreia' }, mimeType: 'image/jpeg', size: 3 };

async function withServer(answers: { upload?: (count: number) => Answer; put?: Answer } = {}) {
  let uploads = 0;
  const server = await scriptedServer(({ path }) => {
    if (path === '/file') return { headers: { 'content-length': '3' }, body: 'abc' };
    if (path.endsWith('uploadBlob')) return answers.upload?.(++uploads) ?? { body: { blob } };
    if (path.endsWith('refreshSession')) return { body: { accessJwt: 'a2', refreshJwt: 'r2' } };
    return answers.put ?? { body: { uri: `at://${did}/app.bsky.feed.post/${handle}`, cid: 'bafy' } };
  });
  const secret = JSON.stringify({ service: server.url, appPassword: 'p', accessJwt: 'opaque', refreshJwt: 'r1' });
  const { account } = keptAccount({ server: server.url, accountId: did, accountName: '@ada.test', secret });
  const file = (type: 'image/jpeg' | 'video/mp4', altText?: string) => ({ url: `${server.url}/file`, type, altText });
  return { ...server, account, file, publication: { text: 'Hello', handle } };
}

const recordOf = (body = '{}') => JSON.parse(body).record;

describe('Bluesky: files', () => {
  test('are uploaded as they are and embedded with their alternative texts', async () => {
    const { account, publication, file, requests, stop } = await withServer();
    const media = [file('image/jpeg', 'Ada'), file('image/jpeg')];
    const prepared = await adapter.prepare(account, { ...publication, media });
    expect(prepared).toEqual({ kind: 'ready', handle: JSON.stringify([blob, blob]) });
    const handles = { ...publication, media, prepared: JSON.stringify([blob, blob]) };
    await adapter.publish(account, { ...handles, overrides: { bluesky: { langs: ['de'] } } });
    const upload = requests.find(({ path }) => path.endsWith('uploadBlob'));
    expect(upload).toMatchObject({ body: 'abc', headers: { 'content-type': 'image/jpeg', 'content-length': '3' } });
    expect(recordOf(requests.at(-1)?.body)).toMatchObject({
      embed: {
        $type: 'app.bsky.embed.images',
        images: [
          { image: blob, alt: 'Ada' },
          { image: blob, alt: '' },
        ],
      },
      langs: ['de'],
    });
    await stop();
  });

  test('that are videos have an embed of their own', async () => {
    const { account, publication, file, requests, stop } = await withServer();
    await adapter.publish(account, {
      ...publication,
      media: [file('video/mp4', 'Ada')],
      prepared: JSON.stringify([blob]),
    });
    const { embed } = recordOf(requests.at(-1)?.body);
    expect(embed).toEqual({ $type: 'app.bsky.embed.video', video: blob, alt: 'Ada' });
    await stop();
  });

  test('are read anew when the token was refused in the middle', async () => {
    const expired = { status: 400, body: { error: 'ExpiredToken', message: 'No' } };
    const { account, publication, file, requests, stop } = await withServer({
      upload: (count) => (count === 1 ? expired : { body: { blob } }),
    });
    expect(await adapter.prepare(account, { ...publication, media: [file('image/jpeg')] })).toMatchObject({
      kind: 'ready',
    });
    const uploads = requests.filter(({ path }) => path.endsWith('uploadBlob'));
    expect(uploads.map(({ body, headers }) => [body, headers.authorization])).toEqual([
      ['abc', 'Bearer opaque'],
      ['abc', 'Bearer a2'],
    ]);
    await stop();
  });

  test('that were dropped before the record named them are a sure no, to be tried again', async () => {
    // https://github.com/bluesky-social/atproto/tree/main/lexicons/com/atproto/repo: putRecord names no such error; the
    // server refuses blobs that it does not hold with 400 BlobNotFound.
    const put = { status: 400, body: { error: 'BlobNotFound', message: 'Could not find blob: bafkreia' } };
    const { account, publication, file, stop } = await withServer({ put });
    const media = [file('image/jpeg')];
    expect(await adapter.publish(account, { ...publication, media, prepared: JSON.stringify([blob]) })).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'retry_later', platformCode: 'BlobNotFound' },
    });
    await stop();
  });

  test('that are too large end the post', async () => {
    const tooLarge = { status: 400, body: { error: 'BlobTooLarge', message: 'This file is too large.' } };
    const { account, publication, file, stop } = await withServer({ upload: () => tooLarge });
    expect(await adapter.prepare(account, { ...publication, media: [file('image/jpeg')] })).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'BlobTooLarge' },
    });
    await stop();
  });
});

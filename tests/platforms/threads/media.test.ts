import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { threadsAdapter } from '../../../functions/platforms/threads/adapter.ts';
import { samplePaths, samplePicture, sampleVideo } from '../../../local/platforms/sample-media.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startThreads } from '../../../local/platforms/threads/start-threads.ts';
import { callsTo, connectThreads, keptAccount, neverRenewed } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';
import { publishOnce } from '../suite/adapter-case.ts';

// Requests: https://developers.facebook.com/documentation/threads/posts and /threads/posts/accessibility

const picture = { url: 'https://cdn.example.com/a.jpg', type: 'image/jpeg', altText: 'Ada' } as const;
const video = { url: 'https://cdn.example.com/a.mp4', type: 'video/mp4' } as const;
const publication = { text: 'Hello', handle: 'h' };

let stop = async () => {};
afterEach(() => stop());

/** An adapter on a server that answers the creation of containers with 1, 2, 3 and so on, and each path with what the test says. */
async function adapterOn(answers: Record<string, Answer> = {}) {
  let made = 0;
  const server = await scriptedServer(({ path }) => {
    const name = path.replace('/v1.0/', '').split('?')[0] ?? '';
    if (name === '7/threads' && !answers[name]) made += 1;
    return answers[name] ?? (name === '7/threads' ? { body: { id: String(made) } } : { status: 404, body: {} });
  });
  stop = server.stop;
  const account = {
    server: server.url,
    accountId: '7',
    accountName: '@ada',
    secret: JSON.stringify({ accessToken: 't', expiresAt: '2030-01-01T00:00:00Z' }),
    renewSecret: neverRenewed,
  };
  const sent = () =>
    server.requests.map(({ body }) => {
      const { access_token: _, ...fields } = Object.fromEntries(new URLSearchParams(body));
      return fields;
    });
  return { adapter: threadsAdapter(callsTo(server.url)), account, sent };
}

const status = (name: string, more: object = {}): Answer => ({ body: { id: '1', status: name, ...more } });

describe('Threads: containers of files', () => {
  test.each([
    [picture, { media_type: 'IMAGE', image_url: picture.url, alt_text: 'Ada', text: 'Hello' }],
    [video, { media_type: 'VIDEO', video_url: video.url, text: 'Hello' }],
  ])('%o is one container', async (media, fields) => {
    const { adapter, account, sent } = await adapterOn();
    const prepared = await adapter.prepare(account, { ...publication, media: [media] });
    expect(prepared).toEqual({ kind: 'ready', handle: '1' });
    expect(sent()).toEqual([fields]);
  });

  test('several files are a container each, and one of these once they are ready', async () => {
    const { adapter, account, sent } = await adapterOn({ '1': status('FINISHED'), '2': status('FINISHED') });
    const post = { ...publication, media: [picture, video] };
    const parts = await adapter.prepare(account, post);
    expect(parts).toEqual({ kind: 'ready', handle: '{"parts":["1","2"]}' });
    expect(sent()).toEqual([
      { media_type: 'IMAGE', image_url: picture.url, alt_text: 'Ada', is_carousel_item: 'true' },
      { media_type: 'VIDEO', video_url: video.url, is_carousel_item: 'true' },
    ]);
    const withParts = { ...post, prepared: '{"parts":["1","2"]}' };
    expect(await adapter.checkReady(account, withParts)).toEqual({ kind: 'goes_on' });
    expect(await adapter.prepare(account, withParts)).toEqual({ kind: 'ready', handle: '3' });
    expect(sent().at(-1)).toEqual({ media_type: 'CAROUSEL', children: '1,2', text: 'Hello' });
  });

  test.each([
    [status('IN_PROGRESS'), { kind: 'wait', seconds: 30 }],
    [status('EXPIRED'), { kind: 'expired' }],
    [{ status: 400, body: { error: { message: 'No', code: 100, error_subcode: 33 } } }, { kind: 'expired' }],
    [
      status('ERROR', { error_message: 'FAILED_DOWNLOADING_VIDEO' }),
      { kind: 'refused', refusal: { kind: 'content_rejected', platformCode: 'FAILED_DOWNLOADING_VIDEO' } },
    ],
  ])('a part that answers %o holds up its carousel', async (second, readiness) => {
    const { adapter, account } = await adapterOn({ '1': status('FINISHED'), '2': second });
    const post = { ...publication, media: [picture, video], prepared: '{"parts":["1","2"]}' };
    expect(await adapter.checkReady(account, post)).toMatchObject(readiness);
  });

  test('a carousel of which only the parts are there was not published', async () => {
    const { adapter, account, sent } = await adapterOn();
    const attempt = { ...publication, prepared: '{"parts":["1","2"]}', attemptedAt: new Date() };
    expect(await adapter.reconcile(account, attempt)).toEqual({ kind: 'absent' });
    expect(sent()).toEqual([]);
  });

  // gitroomhq/postiz-app, issue 1364; exileum/meta-mcp, pull request 4
  test.each([
    [1, 2207052],
    [24, 4279004],
  ])('is tried again after %i/%i: the file or a part may be there later', async (code, subcode) => {
    const refusal: Answer = { status: 400, body: { error: { message: 'No', code, error_subcode: subcode } } };
    const { adapter, account } = await adapterOn({ '7/threads': refusal });
    expect(await adapter.prepare(account, { ...publication, media: [picture] })).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'retry_later', platformCode: `${code}/${subcode}` },
    });
  });

  // tirthpatell/threads-go, pull request 30: status 500 with code 10, the container being published
  test('a server that fails with a refusal inside may have published', async () => {
    const refusal: Answer = { status: 500, body: { error: { message: 'No permission', code: 10 } } };
    const { adapter, account } = await adapterOn({ '7/threads_publish': refusal });
    expect(await adapter.publish(account, { ...publication, prepared: '1' })).toMatchObject({ kind: 'unknown' });
  });
});

describe('Threads: wishes', () => {
  const threads = {
    replyControl: 'mentioned_only',
    topicTag: 'Good news',
    linkAttachment: 'https://example.com/',
  } as const;
  const common = { text: 'Hello', reply_control: 'mentioned_only', topic_tag: 'Good news' };

  test('of a text with a link to show', async () => {
    const { adapter, account, sent } = await adapterOn();
    await adapter.prepare(account, { ...publication, overrides: { threads } });
    expect(sent()).toEqual([{ media_type: 'TEXT', ...common, link_attachment: 'https://example.com/' }]);
  });

  test('of a post with a file, which has no such link', async () => {
    const { adapter, account, sent } = await adapterOn();
    await adapter.prepare(account, { ...publication, media: [video], overrides: { threads } });
    expect(sent()).toEqual([{ media_type: 'VIDEO', video_url: video.url, ...common }]);
  });
});

describe('Threads: the sandbox', () => {
  let sandbox: Sandbox;
  let account: ReturnType<typeof keptAccount>['account'];
  beforeAll(async () => {
    sandbox = await startThreads();
    account = keptAccount(await connectThreads(sandbox.url)).account;
  });
  afterAll(() => sandbox.stop());

  const Posts = z.object({ items: z.array(z.looseObject({ media: z.array(z.looseObject({ url: z.url() })) })) });
  const adapter = () => threadsAdapter(callsTo(sandbox.url));
  const at = (path: string) => `${sandbox.url}${path}`;

  test('shows what was published with its own copies of the files', async () => {
    const media = [
      { url: at(samplePaths.picture), type: 'image/jpeg', altText: 'A dot' },
      { url: at(samplePaths.video), type: 'video/mp4' },
    ] as const;
    const overrides = { threads: { topicTag: 'Dots' } };
    const { outcome } = await publishOnce(adapter(), account, { ...publication, media: [...media], overrides });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    const { items } = Posts.parse(await (await fetch(at('/sandbox/posts'))).json());
    expect(items).toMatchObject([
      {
        text: 'Hello',
        topicTag: 'Dots',
        media: [
          { type: 'image/jpeg', bytes: samplePicture.length, description: 'A dot' },
          { type: 'video/mp4', bytes: sampleVideo().length, description: '' },
        ],
      },
    ]);
    const copy = await fetch(items[0]?.media[0]?.url ?? '');
    expect(new Uint8Array(await copy.arrayBuffer())).toEqual(samplePicture);
    const page = await (await fetch(at('/'))).text();
    expect(page).toContain('alt="A dot"');
    expect(page).toContain('<video src=');
  });

  test.each([
    ['a picture that is not there', [{ url: '/nothing.jpg', type: 'image/jpeg' }], '1/2207052'],
    ['a file that is no picture', [{ url: samplePaths.video, type: 'image/jpeg' }], '100'],
    ['a video that is not there', [{ url: '/nothing.mp4', type: 'video/mp4' }], 'FAILED_DOWNLOADING_VIDEO'],
    ['a file that is no video', [{ url: samplePaths.picture, type: 'video/mp4' }], 'FAILED_PROCESSING_VIDEO'],
  ] as const)('refuses %s', async (_, files, platformCode) => {
    const media = files.map(({ url, type }) => ({ url: at(url), type }));
    const { outcome } = await publishOnce(adapter(), account, { ...publication, media });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { platformCode } });
  });

  const create = async (fields: Record<string, string>) => {
    const { accessToken } = z.object({ accessToken: z.string() }).parse(JSON.parse(account.secret));
    const body = new URLSearchParams({ ...fields, access_token: accessToken });
    const answer = await fetch(at('/v1.0/me/threads'), { method: 'POST', body });
    return z.looseObject({ id: z.string().optional() }).parse(await answer.json());
  };

  test.each([
    [{ media_type: 'TEXT', text: 'x', quote_post_id: '1' }, 'does not imitate'],
    [{ media_type: 'TEXT', text: 'x', alt_text: 'y' }, 'text-only'],
    [{ media_type: 'TEXT', text: 'x', topic_tag: 'a.b' }, 'topic_tag'],
    [{ media_type: 'TEXT', text: 'x', reply_control: 'nobody' }, 'reply_control'],
    [{ media_type: 'TEXT', text: 'x', is_carousel_item: 'true' }, 'carousel items'],
    [{ media_type: 'IMAGE', text: 'x', link_attachment: 'https://example.com' }, 'text-only'],
    [{ media_type: 'CAROUSEL', children: '1' }, 'at least 2'],
  ])('refuses %o', async (fields, message) => {
    expect(await create(fields as Record<string, string>)).toMatchObject({
      error: { code: 100, message: expect.stringContaining(message) },
    });
  });

  test('takes no children but carousel items that are ready', async () => {
    const single = await create({ media_type: 'IMAGE', image_url: at(samplePaths.picture) });
    const item = await create({ media_type: 'IMAGE', image_url: at(samplePaths.picture), is_carousel_item: 'true' });
    const children = `${single.id},${item.id}`;
    expect(await create({ media_type: 'CAROUSEL', children })).toMatchObject({ error: { error_subcode: 4279004 } });
  });
});

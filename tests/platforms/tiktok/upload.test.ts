import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectedAccount } from '../../../functions/platforms/adapter.ts';
import { tiktokAdapter } from '../../../functions/platforms/tiktok/adapter.ts';
import { tiktokAuth } from '../../../functions/platforms/tiktok/auth.ts';
import { chunksOf } from '../../../functions/platforms/tiktok/prepared.ts';
import type { HttpCall } from '../../../functions/runtime/http.ts';
import { sampleVideo } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startTiktok } from '../../../local/platforms/tiktok/start-tiktok.ts';
import { fileServer } from '../../support/file-server.ts';
import { callsTo, connectByConsent, keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { publisherOf } from '../suite/publisher.ts';

const chunk = 8 * 1024 * 1024;
const video = sampleVideo(3 * chunk + 12_345);
const sha256 = createHash('sha256').update(video).digest('hex');
const operation = 'PUT /video/';

describe('TikTok: chunks', () => {
  // https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide
  test.each([
    [1, { chunk: 1, count: 1 }],
    [5_000_000, { chunk: 5_000_000, count: 1 }],
    [2 * chunk - 1, { chunk: 2 * chunk - 1, count: 1 }],
    [2 * chunk, { chunk, count: 2 }],
    [3 * chunk + 12_345, { chunk, count: 3 }],
    [4 * 1024 ** 3, { chunk, count: 512 }],
  ])('of %i bytes', (size, chunks) => {
    expect(chunksOf(size)).toEqual(chunks);
  });
});

describe('TikTok: a video of several chunks', () => {
  let sandbox: Sandbox;
  let files: Awaited<ReturnType<typeof fileServer>>;
  let connected: ConnectedAccount;
  let minutes = 0;
  beforeAll(async () => {
    sandbox = await startTiktok({ now: () => new Date(Date.now() + minutes * 60_000) });
    files = await fileServer({ '/video.mov': { type: 'video/quicktime', bytes: video } });
    const app = { server: sandbox.url, redirectUri, ...sandboxApp };
    connected = await connectByConsent(tiktokAuth(callsTo(sandbox.url)), app);
  });
  afterAll(() => Promise.all([sandbox.stop(), files.stop()]));
  beforeEach(() => {
    minutes = 0;
    return sandboxControl(sandbox.url).clear();
  });

  const publication = () => ({
    text: 'Good news',
    handle: 'h',
    media: [{ url: `${files.url}/video.mov`, type: 'video/quicktime' } as const],
    overrides: { tiktok: { privacy: 'public' } as const },
  });
  const account = () => keptAccount(connected).account;
  const adapterOver = (tools = callsTo(sandbox.url)) => tiktokAdapter(tools, async () => undefined);
  const publisher = (adapter = adapterOver()) => publisherOf(adapter, { ...publication(), account: account() });

  /** Tools that remember which bytes were sent. */
  function watched(now = () => new Date()) {
    const sent: HttpCall[] = [];
    const tools = callsTo(sandbox.url);
    const http = (call: HttpCall) => {
      if (call.method === 'PUT') sent.push(call);
      return tools.http(call);
    };
    return {
      tools: { ...tools, http, now },
      sent,
      ranges: () => sent.map(({ headers }) => headers?.['content-range']),
    };
  }
  const ranges = [
    `bytes 0-${chunk - 1}/${video.length}`,
    `bytes ${chunk}-${2 * chunk - 1}/${video.length}`,
    `bytes ${2 * chunk}-${video.length - 1}/${video.length}`,
  ];

  async function expectThePost() {
    const answer = await fetch(`${sandbox.url}/sandbox/posts`);
    expect(await answer.json()).toMatchObject({ items: [{ text: 'Good news', size: video.length, sha256 }] });
  }

  test('comes whole, the last chunk with the call that publishes, and none with the token', async () => {
    const { tools, sent, ranges: were } = watched();
    expect(await (await publisher(adapterOver(tools))).settle()).toMatchObject({ kind: 'accepted' });
    expect(were()).toEqual(ranges);
    expect(sent[0]?.headers).toMatchObject({ 'content-type': 'video/quicktime' });
    expect(sent.some(({ headers }) => headers?.authorization !== undefined)).toBe(false);
    await expectThePost();
  });

  test('goes on where the run before has stopped, by what we know where TikTok does not tell', async () => {
    const { tools, sent, ranges: were } = watched();
    const made = await adapterOver(tools).prepare(account(), publication());
    const prepared = made.kind === 'ready' ? made.handle : undefined;
    // A chunk takes half a minute.
    const slow = adapterOver({ ...tools, now: () => new Date(Date.now() + sent.length * 30_000) });
    const first = await slow.upload(account(), { ...publication(), prepared });
    expect(first).toMatchObject({ kind: 'wait', seconds: 1, handle: expect.stringContaining(`"sent":${chunk}`) });
    const kept = first.kind === 'wait' ? first.handle : undefined;
    const mute = adapterOver({ ...tools, http: async (call) => withoutBytes(await tools.http(call)) });
    expect(await mute.upload(account(), { ...publication(), prepared: kept })).toMatchObject({ kind: 'ready' });
    expect(await mute.publish(account(), { ...publication(), prepared: kept })).toMatchObject({ kind: 'accepted' });
    expect(were()).toEqual(ranges);
    await expectThePost();
  });
  const withoutBytes = <Answer extends { body: string }>(answer: Answer) => ({
    ...answer,
    body: answer.body.replace(/,"uploaded_bytes":\d+/, ''),
  });

  test.each(['before', 'during', 'after'] as const)(
    'is one post when the publisher dies %s an upload',
    async (moment) => {
      if (moment === 'during') await sandboxControl(sandbox.url).fail({ operation, kind: 'delay', delayMs: 100 });
      const one = await publisher();
      await one.crashIn('upload', moment);
      expect(await one.settle()).toMatchObject({ kind: 'accepted' });
      await expectThePost();
    },
  );

  test.each(['drop_before', 'drop_after', 'malformed', 'error', 'rate_limit'] as const)(
    'is one post after %s of its upload',
    async (kind) => {
      const one = await publisher();
      await sandboxControl(sandbox.url).fail({ operation, kind, times: 2 });
      expect(await one.settle()).toMatchObject({ kind: 'accepted' });
      await expectThePost();
    },
  );

  test('goes on after a passing refusal, by what had come before it', async () => {
    const { tools, sent, ranges: were } = watched();
    const made = await adapterOver(tools).prepare(account(), publication());
    const prepared = made.kind === 'ready' ? made.handle : undefined;
    const busy = (call: HttpCall) =>
      call.method === 'PUT' && sent.length === 1
        ? Promise.resolve({ status: 503, headers: {}, body: '' })
        : tools.http(call);
    const first = await adapterOver({ ...tools, http: busy }).upload(account(), { ...publication(), prepared });
    expect(first).toMatchObject({ kind: 'wait', handle: expect.stringContaining(`"sent":${chunk}`) });
    const kept = first.kind === 'wait' ? first.handle : undefined;
    const mute = adapterOver({ ...tools, http: async (call) => withoutBytes(await tools.http(call)) });
    expect(await mute.upload(account(), { ...publication(), prepared: kept })).toMatchObject({ kind: 'ready' });
    expect(were()).toEqual(ranges.slice(0, 2));
  });

  test('is prepared anew when its address has ended, or its id is not known', async () => {
    const adapter = adapterOver();
    const made = await adapter.prepare(account(), publication());
    const prepared = made.kind === 'ready' ? (made.handle ?? '') : '';
    minutes = 61;
    const later = adapterOver({ ...callsTo(sandbox.url), now: () => new Date(Date.now() + minutes * 60_000) });
    expect(await later.upload(account(), { ...publication(), prepared })).toEqual({ kind: 'expired' });
    minutes = 0;
    const unknown = prepared.replace(/"publishId":"[^"]*"/, '"publishId":"v_pub_file~v2.1"');
    expect(await adapter.upload(account(), { ...publication(), prepared: unknown })).toEqual({ kind: 'expired' });
    const lost = prepared.replace(/upload_id=\d+/, 'upload_id=1');
    expect(await adapter.upload(account(), { ...publication(), prepared: lost })).toEqual({ kind: 'expired' });
  });
});

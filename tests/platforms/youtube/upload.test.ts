import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConnectedAccount } from '../../../functions/platforms/adapter.ts';
import { youtubeAdapter } from '../../../functions/platforms/youtube/adapter.ts';
import { youtubeAuth } from '../../../functions/platforms/youtube/auth.ts';
import { pieceBytes } from '../../../functions/platforms/youtube/upload.ts';
import type { HttpCall } from '../../../functions/runtime/http.ts';
import { sampleVideo } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { startYoutube } from '../../../local/platforms/youtube/start-youtube.ts';
import { fileServer } from '../../support/file-server.ts';
import { callsTo, connectByConsent, keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { publisherOf } from '../suite/publisher.ts';

const session = 'PUT /upload/youtube/v3/videos';
const video = sampleVideo(2 * pieceBytes + 12_345);
const sha256 = createHash('sha256').update(video).digest('hex');

describe('YouTube: a video of several pieces', () => {
  let sandbox: Sandbox;
  let files: Awaited<ReturnType<typeof fileServer>>;
  let connected: ConnectedAccount;
  beforeAll(async () => {
    sandbox = await startYoutube();
    files = await fileServer({ '/video.mp4': { type: 'video/mp4', bytes: video } });
    const app = { server: sandbox.url, redirectUri, ...sandboxApp };
    connected = await connectByConsent(youtubeAuth(callsTo(sandbox.url)), app);
  });
  afterAll(() => Promise.all([sandbox.stop(), files.stop()]));
  beforeEach(() => sandboxControl(sandbox.url).clear());

  const publication = () => ({
    text: 'Good news',
    handle: 'h',
    media: [{ url: `${files.url}/video.mp4`, type: 'video/mp4' } as const],
  });
  const account = () => keptAccount(connected).account;
  const publisher = (adapter = youtubeAdapter(callsTo(sandbox.url))) =>
    publisherOf(adapter, { ...publication(), account: account() });

  /** Tools that remember which bytes were sent. */
  function watched() {
    const sent: string[] = [];
    const tools = callsTo(sandbox.url);
    const http = (call: HttpCall) => {
      if (call.method === 'PUT') sent.push(call.headers?.['content-range'] ?? '');
      return tools.http(call);
    };
    return { tools: { ...tools, http }, sent };
  }
  const pieces = [
    `bytes 0-${pieceBytes - 1}/${video.length}`,
    `bytes ${pieceBytes}-${2 * pieceBytes - 1}/${video.length}`,
    `bytes ${2 * pieceBytes}-${video.length - 1}/${video.length}`,
  ];
  const probe = `bytes */${video.length}`;

  async function expectTheVideo() {
    const answer = await fetch(`${sandbox.url}/sandbox/posts`);
    expect(await answer.json()).toMatchObject({ items: [{ text: 'Good news', size: video.length, sha256 }] });
  }

  test('comes whole, the last piece with the call that publishes', async () => {
    const { tools, sent } = watched();
    expect(await (await publisher(youtubeAdapter(tools))).settle()).toMatchObject({ kind: 'accepted' });
    expect(sent).toEqual([probe, ...pieces.slice(0, 2), probe, ...pieces.slice(2)]);
    await expectTheVideo();
  });

  test('is shown where its address says', async () => {
    const other = await (await publisher()).settle();
    await (await publisher()).settle();
    const shown = await (await fetch(other.kind === 'accepted' ? other.url : '')).text();
    expect(shown).toContain(`data-post-id="${other.kind === 'accepted' && other.platformPostId}"`);
  });

  test('goes on where the run before has stopped', async () => {
    let minutes = 0;
    const { tools, sent } = watched();
    const adapter = youtubeAdapter({ ...tools, now: () => new Date(Date.now() + minutes * 60_000) });
    const made = await adapter.prepare(account(), publication());
    const prepared = { ...publication(), prepared: made.kind === 'ready' ? made.handle : undefined };
    const slow = youtubeAdapter({
      ...tools,
      // A piece takes a minute.
      now: () => new Date(Date.now() + sent.length * 60_000),
    });
    expect(await slow.upload(account(), prepared)).toEqual({ kind: 'wait', seconds: 1 });
    minutes = 5;
    expect(await adapter.upload(account(), prepared)).toEqual({ kind: 'ready' });
    expect(await adapter.publish(account(), prepared)).toMatchObject({ kind: 'accepted' });
    await expectTheVideo();
  });

  test.each(['before', 'during', 'after'] as const)(
    'is one video when the publisher dies %s an upload',
    async (moment) => {
      if (moment === 'during')
        await sandboxControl(sandbox.url).fail({ operation: session, kind: 'delay', delayMs: 100 });
      const one = await publisher();
      await one.crashIn('upload', moment);
      expect(await one.settle()).toMatchObject({ kind: 'accepted' });
      await expectTheVideo();
    },
  );

  test.each(['drop_before', 'drop_after', 'malformed', 'error', 'rate_limit', 'expire_tokens'] as const)(
    'is one video after %s of its session',
    async (kind) => {
      const one = await publisher();
      await sandboxControl(sandbox.url).fail({ operation: session, kind, times: kind === 'expire_tokens' ? 1 : 2 });
      expect(await one.settle()).toMatchObject({ kind: 'accepted' });
      await expectTheVideo();
    },
  );

  test('is prepared anew when its session is gone', async () => {
    const prepared = JSON.stringify({
      session: `${sandbox.url}/upload/youtube/v3/videos?upload_id=old`,
      size: video.length,
    });
    const adapter = youtubeAdapter(callsTo(sandbox.url));
    expect(await adapter.upload(account(), { ...publication(), prepared })).toEqual({ kind: 'expired' });
  });

  test('is not sent when its file is not there', async () => {
    const media = [{ url: `${files.url}/other.mp4`, type: 'video/mp4' } as const];
    const one = await publisherOf(youtubeAdapter(callsTo(sandbox.url)), {
      ...publication(),
      media,
      account: account(),
    });
    expect(await one.settle()).toMatchObject({
      kind: 'refused',
      refusal: { kind: 'content_rejected', platformCode: 'media_unreachable' },
    });
  });
});

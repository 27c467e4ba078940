import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Account } from '../../../functions/platforms/adapter.ts';
import { facebookAdapter } from '../../../functions/platforms/facebook/adapter.ts';
import { graphApi, openSecret } from '../../../functions/platforms/facebook/api.ts';
import { startFacebook } from '../../../local/platforms/facebook/start-facebook.ts';
import { samplePaths, samplePicture, sampleVideo } from '../../../local/platforms/sample-media.ts';
import { sandboxApp } from '../../../local/platforms/sandbox-oauth.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { calls, callsTo, connectFacebook, keptAccount } from '../../support/sandbox.ts';
import { publishOnce } from '../suite/adapter-case.ts';
import { publication } from './scripted-graph.ts';

describe('Facebook: the sandbox', () => {
  let sandbox: Sandbox;
  let page: Account;
  beforeAll(async () => {
    sandbox = await startFacebook();
    page = keptAccount(await connectFacebook(sandbox.url)).account;
  });
  afterAll(() => sandbox.stop());

  const Posts = z.object({ items: z.array(z.looseObject({ media: z.array(z.looseObject({ url: z.url() })) })) });
  const adapter = () => facebookAdapter(callsTo(sandbox.url));
  const at = (path: string) => `${sandbox.url}${path}`;
  const posts = async () => Posts.parse(await (await fetch(at('/sandbox/posts'))).json()).items;

  test('shows what was published with its own copies of the files', async () => {
    const photos = [{ url: at(samplePaths.picture), type: 'image/jpeg', altText: 'A dot' }] as const;
    const videos = [{ url: at(samplePaths.video), type: 'video/mp4' }] as const;
    const overrides = { facebook: { title: 'Dots' } };
    await publishOnce(adapter(), page, { ...publication, media: [...photos] });
    await publishOnce(adapter(), page, { ...publication, media: [...videos], overrides });
    const items = await posts();
    expect(items).toMatchObject([
      { text: 'Hello', title: 'Dots', media: [{ type: 'video/mp4', bytes: sampleVideo().length }] },
      { text: 'Hello', media: [{ type: 'image/jpeg', bytes: samplePicture.length, altText: 'A dot' }] },
    ]);
    const copy = await fetch(items[1]?.media[0]?.url ?? '');
    expect(new Uint8Array(await copy.arrayBuffer())).toEqual(samplePicture);
  });

  test.each([
    ['a photo that is not there', { url: '/nothing.jpg', type: 'image/jpeg' }, '324'],
    ['a file that is no photo', { url: samplePaths.video, type: 'image/jpeg' }, '324'],
    ['a video that is not there', { url: '/nothing.mp4', type: 'video/mp4' }, '389/1363057'],
    ['a file that is no video', { url: samplePaths.picture, type: 'video/mp4' }, '352'],
  ] as const)('refuses %s', async (_, { url, type }, platformCode) => {
    const { outcome } = await publishOnce(adapter(), page, { ...publication, media: [{ url: at(url), type }] });
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected', platformCode } });
  });

  test('refuses photos that were posted, which are then found', async () => {
    const media = [{ url: at(samplePaths.picture), type: 'image/jpeg' }] as const;
    const post = { ...publication, text: 'Only once', media: [...media] };
    const { outcome: first, publication: complete } = await publishOnce(adapter(), page, post);
    const second = await adapter().publish(page, complete);
    expect(second).toEqual(first);
    expect((await posts()).filter(({ text }) => text === 'Only once')).toHaveLength(1);
  });

  test('publishes a video once', async () => {
    const media = [{ url: at(samplePaths.video), type: 'video/mp4' }] as const;
    const { outcome: first, publication: complete } = await publishOnce(adapter(), page, {
      ...publication,
      text: 'One video',
      media: [...media],
    });
    expect(await adapter().publish(page, complete)).toEqual(first);
    expect((await posts()).filter(({ text }) => text === 'One video')).toHaveLength(1);
  });

  test('processes a video before it can be published', async () => {
    const slow = await startFacebook({ processingMs: 60_000 });
    const other = keptAccount(await connectFacebook(slow.url)).account;
    const by = facebookAdapter(callsTo(slow.url));
    const media = [{ url: at(samplePaths.video), type: 'video/mp4' }] as const;
    const made = await by.prepare(other, { ...publication, media });
    const complete = { ...publication, media, prepared: made.kind === 'ready' ? made.handle : undefined };
    expect(await by.checkReady(other, complete)).toMatchObject({ kind: 'wait' });
    expect(await by.publish(other, complete)).toMatchObject({ kind: 'refused', refusal: { platformCode: '100' } });
    await slow.stop();
  });

  test.each([
    ['feed', { message: 'x', place: '1' }],
    ['feed', { message: 'x', 'attached_media[0]': '{"media_fbid":"1"}' }],
    ['feed', { message: 'x', 'attached_media[0]': 'photo' }],
    ['photos', { url: 'https://example.com/a.jpg' }],
    ['videos', { file_url: 'https://example.com/a.mp4', published: 'later' }],
    ['videos', { file_url: 'https://example.com/a.mp4', published: 'false', upload_phase: 'start' }],
  ])('refuses on %s: %o', async (edge, fields) => {
    const { pageToken: accessToken } = openSecret(page);
    const api = graphApi(callsTo(sandbox.url), { accessToken, clientSecret: sandboxApp.clientSecret });
    const answer = await calls.http(api.post(`me/${edge}`, fields as Record<string, string>));
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 100 } });
  });
});

import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { blueskySandbox, post, postCollection, rkey, Written } from './bluesky-client.ts';

async function signedIn() {
  const sandbox = await blueskySandbox();
  const alice = await sandbox.signIn();
  return { ...sandbox, alice };
}

const place = (repo: string, key = rkey) => ({ repo, collection: postCollection, rkey: key });
const invalid = (message: string | RegExp) => ({
  status: 400,
  body: { error: 'InvalidRequest', message: expect.stringMatching(message) },
});

// The content identifiers in this file were given by a real server (PDS 0.4.217) for the same records.
describe('com.atproto.repo.putRecord', () => {
  test('writes a record with the content identifier a real server gives it', async () => {
    const { alice, put, query } = await signedIn();
    const written = await put(alice, post());
    expect(written).toMatchObject({
      status: 200,
      body: {
        uri: `at://${alice.did}/${postCollection}/${rkey}`,
        cid: 'bafyreiag65rebr5yxevsmwkbzc6ut6ifkgnu4k3le6h6hvvge7l5aymtwm',
        commit: { rev: expect.stringMatching(/^[2-7a-j][2-7a-z]{12}$/) },
        validationStatus: 'valid',
      },
    });
    expect(await query('com.atproto.repo.getRecord', place('alice.test'))).toMatchObject({
      status: 200,
      body: { cid: Written.parse(written.body).cid, value: post() },
    });
  });

  test('the second time changes nothing and makes no commit', async () => {
    const { alice, put, posts } = await signedIn();
    const first = Written.parse((await put(alice, post())).body);
    const second = Written.parse((await put(alice, post())).body);
    expect(second).toEqual({ uri: first.uri, cid: first.cid });
    expect((await posts()).map(({ uri, arrivals }) => [uri, arrivals.length])).toEqual([[first.uri, 2]]);
  });

  test('replaces a record that differs, unless it is not the one expected', async () => {
    const { alice, put, posts } = await signedIn();
    const first = Written.parse((await put(alice, post())).body);
    const changed = Written.parse((await put(alice, post({ text: 'changed' }))).body);
    expect(changed.cid).toBe('bafyreif722eeby5kpjfl5i6hc3xsdkhcaeuop5fcszxk7kgzsakzaqpaiy');
    expect(await put(alice, post(), { swapRecord: first.cid })).toMatchObject({
      status: 400,
      body: { error: 'InvalidSwap', message: `Record was at ${changed.cid}` },
    });
    expect(await put(alice, post(), { swapRecord: null })).toMatchObject({ body: { error: 'InvalidSwap' } });
    expect(await posts()).toMatchObject([{ text: 'changed' }]);
  });

  test.each([
    ['a key that is not a TID', { rkey: 'hello' }, /^Invalid record key for app\.bsky\.feed\.post: Invalid TID/],
    ['a key that is no key', { rkey: 'a b' }, /^Invalid record key \(got "a b"\)/],
    ['a collection that is no NSID', { collection: 'posts' }, /Invalid NSID at \$\.collection/],
    ['another type', { record: { ...post(), $type: 'app.bsky.feed.like' } }, /^Invalid \$type: expected/],
    [
      'an unknown type to be checked',
      { collection: 'com.example.note', record: {}, validate: true },
      /^Unknown lexicon/,
    ],
    ['a fraction', { record: post({ weight: 1.5 }) }, /whole numbers/],
  ])('refuses %s', async (_, parts, message) => {
    const { alice, put, posts } = await signedIn();
    expect(await put(alice, post(), parts)).toMatchObject(invalid(message));
    expect(await posts()).toEqual([]);
  });

  test("refuses another's repository, an unknown one, and a call without a token", async () => {
    const { alice, put, procedure } = await signedIn();
    expect(await put(alice, post(), { repo: 'bob.test' })).toMatchObject({
      status: 401,
      body: { error: 'AuthenticationRequired' },
    });
    expect(await put(alice, post(), { repo: 'zed.test' })).toMatchObject({
      status: 403,
      body: { error: 'AccountNotFound' },
    });
    expect(await procedure('com.atproto.repo.putRecord', { json: {} })).toMatchObject({ status: 401 });
  });
});

describe('a post', () => {
  const facet = (
    byteStart: number,
    byteEnd: number,
    feature: Record<string, unknown> = { uri: 'https://a.example' },
  ) => [{ index: { byteStart, byteEnd }, features: [{ $type: 'app.bsky.richtext.facet#link', ...feature }] }];
  const family = '👨‍👩‍👧‍👦';

  test.each([
    ['300 graphemes', { text: 'é'.repeat(300) }],
    ['3,000 bytes', { text: family.repeat(120) }],
    ['an offset in its time', { createdAt: '2026-11-22T12:00:00+02:00' }],
    ['a facet over characters of several bytes', { text: '→ link', facets: facet(4, 8) }],
    ['a feature nobody knows', { facets: facet(0, 2, { $type: 'com.example.feature' }) }],
    ['three languages', { langs: ['en', 'pt-BR', 'de'] }],
  ])('may have %s', async (_, parts) => {
    const { alice, put } = await signedIn();
    expect(await put(alice, post(parts))).toMatchObject({ status: 200 });
  });

  const did = { $type: 'app.bsky.richtext.facet#mention', did: 'alice' };
  test.each([
    ['301 graphemes', { text: 'a'.repeat(301) }, /grapheme too big \(maximum 300, got 301\) at \$\.record\.text$/],
    ['more than 3,000 bytes', { text: family.repeat(121) }, /string too big \(maximum 3000, got 3025\)/],
    ['no text', { text: undefined }, /at \$\.record\.text$/],
    ['a time that is none', { createdAt: 'yesterday' }, /Invalid datetime at \$\.record\.createdAt$/],
    ['a naive time', { createdAt: '2026-11-22T10:00:00' }, /Invalid datetime/],
    ['four languages', { langs: ['en', 'de', 'fr', 'it'] }, /at \$\.record\.langs$/],
    ['a facet past its end', { facets: facet(0, 3) }, /facet ends at byte 3 of 2/],
    ['an empty facet', { facets: facet(1, 1) }, /facet is empty/],
    ['a negative facet', { facets: facet(-1, 1) }, /at \$\.record\.facets\[0\]\.index\.byteStart$/],
    ['a facet counted in characters', { text: '→→ link', facets: facet(1, 4) }, /cuts a character/],
    ['a feature without a type', { facets: facet(0, 2, { $type: undefined }) }, /features\[0\]\.\$type$/],
    ['a link that is none', { facets: facet(0, 2, { uri: 'a.example' }) }, /Invalid uri at .*features\[0\]\.uri$/],
    ['a mention that is none', { facets: facet(0, 2, did) }, /Invalid DID/],
    ['half a reply', { reply: { root: { uri: 'at://x', cid: 'y' } } }, /Invalid at-uri/],
  ])('may not have %s', async (_, parts, message) => {
    const { alice, put } = await signedIn();
    expect(await put(alice, post(parts))).toMatchObject(invalid(message));
  });

  test('is shown with its facets cut out of the text, and linked on its pages', async () => {
    const { alice, put, posts, url, send } = await signedIn();
    const text = 'héllo @bob.test https://a.example/x #tag <b>';
    const at = (piece: string) => {
      const byteStart = Buffer.byteLength(text.slice(0, text.indexOf(piece)));
      return { byteStart, byteEnd: byteStart + Buffer.byteLength(piece) };
    };
    const kind = (name: string) => `app.bsky.richtext.facet#${name}`;
    const facets = [
      { index: at('#tag'), features: [{ $type: kind('tag'), tag: 'tag' }] },
      { index: at('@bob.test'), features: [{ $type: kind('mention'), did: alice.did }] },
      { index: at('https://a.example/x'), features: [{ $type: kind('link'), uri: 'https://a.example/x' }] },
    ];
    await put(alice, post({ text, facets }));
    const [shown] = await posts();
    expect(shown?.facets).toMatchObject([
      { type: 'tag', text: '#tag', tag: 'tag' },
      { type: 'mention', text: '@bob.test', did: alice.did },
      { type: 'link', text: 'https://a.example/x', uri: 'https://a.example/x' },
    ]);
    expect(shown).toMatchObject({ rkey, account: 'alice.test', url: `${url}/profile/alice.test/post/${rkey}` });
    for (const path of [
      '/',
      `/profile/alice.test/post/${rkey}`,
      `/profile/${encodeURIComponent(alice.did)}/post/${rkey}`,
    ]) {
      const page = await send(path, 'GET');
      expect(page.status).toBe(200);
      expect(page.body).toContain(
        `héllo <a href="${url}/profile/${alice.did}" rel="nofollow noopener">@bob.test</a> <a href="https://a.example/x"`,
      );
      expect(page.body).toContain(' &lt;b&gt;</p>');
    }
  });

  test('that links to a script stays text on its pages', async () => {
    const { alice, put, send } = await signedIn();
    await put(alice, post({ facets: facet(0, 2, { uri: 'javascript:alert(1)' }) }));
    expect((await send('/', 'GET')).body).not.toContain('javascript:');
  });
});

describe('com.atproto.repo.createRecord', () => {
  test('chooses a key that grows with time', async () => {
    const { alice, create } = await signedIn();
    const keys: string[] = [];
    for (const text of ['one', 'two'])
      keys.push(Written.parse((await create(alice, post({ text }))).body).uri.slice(-13));
    expect(keys).toEqual(keys.toSorted());
  });

  test('on a taken key is a bare 500', async () => {
    const { alice, put, create } = await signedIn();
    await put(alice, post());
    expect(await create(alice, post(), { rkey })).toMatchObject({
      status: 500,
      body: { error: 'InternalServerError' },
    });
  });
});

describe('reading and deleting records', () => {
  test('a record that is not there is RecordNotFound', async () => {
    const { alice, query } = await signedIn();
    expect(await query('com.atproto.repo.getRecord', place(alice.did))).toMatchObject({
      status: 400,
      body: {
        error: 'RecordNotFound',
        message: `Could not locate record: at://${alice.did}/${postCollection}/${rkey}`,
      },
    });
  });

  test('lists come in pages, newest key first', async () => {
    const { alice, put, query } = await signedIn();
    const keys = ['3kaaaaaaaaa2a', '3kaaaaaaaaa2b', '3kaaaaaaaaa2c'];
    for (const key of keys) await put(alice, post({ text: key }), { rkey: key });
    const Page = z.object({
      records: z.array(z.object({ value: z.object({ text: z.string() }) })),
      cursor: z.string().optional(),
    });
    const page = async (parts: Record<string, string>) => {
      const { records, cursor } = Page.parse(
        (await query('com.atproto.repo.listRecords', { repo: alice.did, collection: postCollection, ...parts })).body,
      );
      return { texts: records.map(({ value }) => value.text), cursor };
    };
    expect(await page({ limit: '2' })).toEqual({ texts: [keys[2], keys[1]], cursor: keys[1] });
    expect(await page({ limit: '2', cursor: '3kaaaaaaaaa2b' })).toEqual({ texts: [keys[0]], cursor: undefined });
    expect(await page({ reverse: 'true' })).toEqual({ texts: keys, cursor: undefined });
  });

  test('deleting twice is the same as deleting once', async () => {
    const { alice, put, procedure, posts } = await signedIn();
    await put(alice, post());
    const remove = () => procedure('com.atproto.repo.deleteRecord', { token: alice.accessJwt, json: place(alice.did) });
    expect(await remove()).toMatchObject({ status: 200, body: { commit: {} } });
    expect(await remove()).toMatchObject({ status: 200, body: {} });
    expect(await posts()).toEqual([]);
  });
});

describe('blobs', () => {
  const png = new Uint8Array(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  );
  const blob = {
    $type: 'blob',
    ref: { $link: 'bafkreidlp6sdj6jkroakvmbntpy2clsj77foijheae5byt3iwz7d2k542a' },
    mimeType: 'image/png',
    size: 70,
  };
  const withImage = (image: unknown) =>
    post({ embed: { $type: 'app.bsky.embed.images', images: [{ image, alt: 'dot' }] } });

  test('an uploaded image can be posted and is shown', async () => {
    const { alice, put, procedure, posts } = await signedIn();
    const headers = { 'Content-Type': 'image/png' };
    const uploaded = await procedure('com.atproto.repo.uploadBlob', { token: alice.accessJwt, body: png, headers });
    expect(uploaded).toMatchObject({ status: 200, body: { blob } });
    expect(await put(alice, withImage(blob))).toMatchObject({
      body: { cid: 'bafyreiggts6ww3xguxgm5hw6yu4zz5pb7gc4zs7kub3s6doxwuk2hmfeoa' },
    });
    const Shown = z.array(z.object({ media: z.array(z.object({ url: z.string(), description: z.literal('dot') })) }));
    const address = Shown.parse(await posts())[0]?.media[0]?.url ?? '';
    expect(new Uint8Array(await (await fetch(address)).arrayBuffer())).toEqual(png);
    expect(await put(alice, withImage({ ...blob, size: 71 }))).toMatchObject({ body: { error: 'InvalidSize' } });
    expect(await put(alice, withImage({ ...blob, mimeType: 'image/gif' }))).toMatchObject({
      body: { error: 'InvalidMimeType' },
    });
  });

  test('an image that was never uploaded, or is no image, is refused', async () => {
    const { alice, put } = await signedIn();
    expect(await put(alice, withImage(blob))).toMatchObject({ status: 400, body: { error: 'BlobNotFound' } });
    expect(await put(alice, withImage({}))).toMatchObject({ status: 400, body: { error: 'InvalidRequest' } });
  });
});

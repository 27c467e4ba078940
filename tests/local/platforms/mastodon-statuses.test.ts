import { describe, expect, test } from 'vitest';
import { Identified, mastodonSandbox, Status } from './mastodon-client.ts';

describe('POST /api/v1/statuses', () => {
  test('posts a text and shows it at the address it answers', async () => {
    const { signIn, post, url } = await mastodonSandbox();
    const answer = await post(await signIn(), { status: 'Hello @bob\n\nsee https://example.com/a?b=1&c=2. #News' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        account: { acct: 'alice' },
        application: { name: 'Test app' },
        favourites_count: 0,
        reblogs_count: 0,
        replies_count: 0,
        mentions: [{ acct: 'bob' }],
        tags: [{ name: 'news' }],
        visibility: 'public',
      },
    });
    const status = Status.parse(answer.body);
    expect(status.url).toBe(`${url}/@alice/${status.id}`);
    expect(status.content).toContain('</p><p>see <a href="https://example.com/a?b=1&amp;c=2"');
    expect(status.content.replaceAll(/<[^>]+>/g, '')).toBe('Hello @bobsee https://example.com/a?b=1&amp;c=2. #News');
    const page = await (await fetch(status.url)).text();
    expect(page).toContain('<a href="https://example.com/a?b=1&amp;c=2" rel="nofollow noopener">');
  });

  test('mentions only accounts of its own, and cuts a long link up for display', async () => {
    const { signIn, post } = await mastodonSandbox();
    const answer = await post(await signIn(), {
      status: ` @nobody @bob@far.example https://www.a.example/${'x'.repeat(40)}\n`,
    });
    expect(answer).toMatchObject({ status: 200, body: { mentions: [] } });
    const { content } = Status.parse(answer.body);
    expect(content).toMatch(/^<p>@nobody @bob@far\.example <a href/);
    const cut = `<span class="invisible">https://www.</span><span class="ellipsis">a.example/${'x'.repeat(20)}</span>`;
    expect(content).toContain(`${cut}<span class="invisible">${'x'.repeat(20)}</span></a></p>`);
  });

  test('takes a form as well as JSON', async () => {
    const { signIn, call } = await mastodonSandbox();
    const form = new URLSearchParams({ status: 'from a form', visibility: 'unlisted', sensitive: 'true' });
    expect(await call('POST /api/v1/statuses', { token: await signIn(), form })).toMatchObject({
      status: 200,
      body: { visibility: 'unlisted', sensitive: true },
    });
  });

  test('answers the first status for the same key and token within an hour', async () => {
    let now = new Date('2030-01-01T00:00:00Z');
    const { signIn, post, posts } = await mastodonSandbox({ now: () => now });
    const token = await signIn();
    const ids = async (key: string, by = token) => Status.parse((await post(by, { status: 'once' }, key)).body).id;
    const first = await ids('k1');
    now = new Date('2030-01-01T00:59:59Z');
    expect(await ids('k1')).toBe(first);
    const others = [await ids('k2'), await ids('k1', await signIn())];
    now = new Date('2030-01-01T01:00:00Z');
    expect(new Set([first, ...others, await ids('k1')]).size).toBe(4);
    expect((await posts()).find(({ id }) => id === first)).toMatchObject({
      idempotencyKey: 'k1',
      arrivals: ['2030-01-01T00:00:00.000Z', '2030-01-01T00:59:59.000Z'],
    });
  });

  test('counts a link as 23 characters and only the local part of a mention', async () => {
    const { signIn, post } = await mastodonSandbox();
    const token = await signIn();
    const link = `https://example.com/${'x'.repeat(400)}`;
    expect(await post(token, { status: `${'a'.repeat(476)} ${link}` })).toMatchObject({ status: 200 });
    expect(await post(token, { status: `${'a'.repeat(477)} ${link}` })).toMatchObject({
      status: 422,
      body: { error: 'Validation failed: Text character limit of 500 exceeded' },
    });
    expect(await post(token, { status: `${'a'.repeat(495)} @bob@somewhere.example` })).toMatchObject({ status: 200 });
    expect(await post(token, { status: '👨‍👩‍👧‍👦'.repeat(500) })).toMatchObject({ status: 200 });
    expect(await post(token, { status: 'a'.repeat(500), spoiler_text: 'b' })).toMatchObject({ status: 422 });
  });

  test('uses and tells the limits it was started with', async () => {
    const { signIn, post, call } = await mastodonSandbox({ limits: { maxCharacters: 10 } });
    expect(await post(await signIn(), { status: 'eleven char' })).toMatchObject({ status: 422 });
    expect(await call('GET /api/v2/instance')).toMatchObject({
      status: 200,
      body: { configuration: { statuses: { max_characters: 10, characters_reserved_per_url: 23 } } },
    });
  });

  test.each([
    ['an empty text', { status: ' ' }, "Validation failed: Text can't be blank"],
    ['an unknown visibility', { status: 'hi', visibility: 'secret' }, undefined],
    [
      'media that is not there',
      { status: 'hi', media_ids: ['1'] },
      'Media 1 not found or already attached to another post',
    ],
    ['what it does not imitate', { status: 'hi', poll: { options: ['a', 'b'] } }, 'The sandbox does not imitate poll'],
  ])('refuses %s and stores nothing', async (_, json, error) => {
    const { signIn, post, posts } = await mastodonSandbox();
    const answer = await post(await signIn(), json);
    expect(answer).toMatchObject({ status: 422, body: error ? { error } : {} });
    expect(await posts()).toEqual([]);
  });

  test('refuses a body that is not JSON', async () => {
    const { signIn, url } = await mastodonSandbox();
    const headers = { Authorization: `Bearer ${await signIn()}`, 'Content-Type': 'application/json' };
    expect((await fetch(`${url}/api/v1/statuses`, { method: 'POST', headers, body: '{no' })).status).toBe(400);
  });
});

describe('threads and deletion', () => {
  test('a reply counts, and shows in the context of both', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    const token = await signIn();
    const root = Status.parse((await post(token, { status: 'root' })).body);
    const reply = Status.parse(
      (await post(await signIn({ account: 'bob' }), { status: 'reply', in_reply_to_id: root.id })).body,
    );
    expect(await call(`GET /api/v1/statuses/${root.id}`)).toMatchObject({ body: { replies_count: 1 } });
    expect(await call(`GET /api/v1/statuses/${root.id}/context`)).toMatchObject({
      body: { ancestors: [], descendants: [{ id: reply.id, in_reply_to_id: root.id }] },
    });
    expect(await call(`GET /api/v1/statuses/${reply.id}/context`)).toMatchObject({
      body: { ancestors: [{ id: root.id }] },
    });
  });

  test('a reply to what is not there, or not for its author, is refused', async () => {
    const { signIn, post } = await mastodonSandbox();
    const hidden = Status.parse((await post(await signIn(), { status: 'mine', visibility: 'private' })).body);
    const bob = await signIn({ account: 'bob' });
    const refusal = {
      status: 404,
      body: { error: 'The post you are trying to reply to does not appear to exist.' },
    };
    expect(await post(bob, { status: 'hi', in_reply_to_id: '1' })).toMatchObject(refusal);
    expect(await post(bob, { status: 'hi', in_reply_to_id: hidden.id })).toMatchObject(refusal);
    expect(await post(bob, { status: 'hi', in_reply_to_id: null })).toMatchObject({ status: 200 });
  });

  test('a reply stays when what it answers is deleted, and answers nothing any more', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    const token = await signIn();
    const root = Status.parse((await post(token, { status: 'root' })).body);
    const answer = { status: 'reply', in_reply_to_id: root.id };
    const reply = Status.parse((await post(token, answer, 'k')).body);
    await call(`DELETE /api/v1/statuses/${root.id}`, { token });
    expect(await call(`GET /api/v1/statuses/${reply.id}`)).toMatchObject({ body: { in_reply_to_id: null } });
    expect(await post(token, answer, 'k')).toMatchObject({ status: 404 });
  });

  test('only the author can delete, and a deleted status is gone', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    const token = await signIn();
    const { id } = Status.parse((await post(token, { status: 'short-lived' }, 'k')).body);
    expect(await call(`DELETE /api/v1/statuses/${id}`, { token: await signIn({ account: 'bob' }) })).toMatchObject({
      status: 404,
    });
    expect(await call(`DELETE /api/v1/statuses/${id}`, { token })).toMatchObject({
      status: 200,
      body: { text: 'short-lived' },
    });
    expect(await call(`GET /api/v1/statuses/${id}`)).toMatchObject({
      status: 404,
      body: { error: 'Record not found' },
    });
    expect(await post(token, { status: 'short-lived' }, 'k')).toMatchObject({ status: 404 });
  });

  test('a private status is seen by its author only', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    const token = await signIn();
    const { id } = Status.parse((await post(token, { status: 'mine', visibility: 'private' })).body);
    expect(await call(`GET /api/v1/statuses/${id}`)).toMatchObject({ status: 404 });
    expect(await call(`GET /api/v1/statuses/${id}`, { token })).toMatchObject({ status: 200 });
  });

  test('lists the latest statuses of an account', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    const token = await signIn();
    const ids: string[] = [];
    for (const status of ['one', 'two', 'three']) ids.push(Status.parse((await post(token, { status })).body).id);
    const me = await call('GET /api/v1/accounts/verify_credentials', { token });
    const { id } = Identified.parse(me.body);
    expect(await call(`GET /api/v1/accounts/${id}/statuses?limit=2`, { token })).toMatchObject({
      status: 200,
      body: [{ id: ids[2] }, { id: ids[1] }],
    });
    expect(await call(`GET /api/v1/accounts/${id}/statuses?max_id=${ids[1]}`)).toMatchObject({
      body: [{ id: ids[0] }],
    });
    expect(await call('GET /api/v1/accounts/1/statuses')).toMatchObject({ status: 404 });
  });
});

describe('figures', () => {
  test('favourites and boosts count once per account and can be taken back', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    const token = await signIn();
    const { id } = Status.parse((await post(token, { status: 'liked' })).body);
    const act = (action: string) => call(`POST /api/v1/statuses/${id}/${action}`, { token });
    await act('favourite');
    expect(await act('favourite')).toMatchObject({ body: { favourites_count: 1, favourited: true } });
    expect(await act('unfavourite')).toMatchObject({ body: { favourites_count: 0, favourited: false } });
    await act('reblog');
    expect(await act('reblog')).toMatchObject({ body: { reblog: { id, reblogs_count: 1, reblogged: true } } });
    expect(await act('unreblog')).toMatchObject({ body: { reblogs_count: 0 } });
  });

  test('are what the sandbox is told', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    const { id } = Status.parse((await post(await signIn(), { status: 'popular' })).body);
    const set = await call('POST /sandbox/engagement', { json: { id, likes: 7, reposts: 3 } });
    expect(set.status).toBe(204);
    expect(await call(`GET /api/v1/statuses/${id}`)).toMatchObject({
      body: { favourites_count: 7, reblogs_count: 3, replies_count: 0 },
    });
    expect(await call('POST /sandbox/engagement', { json: { id: '1', likes: 1 } })).toMatchObject({ status: 404 });
  });
});

describe('media', () => {
  const upload = (type: string, bytes = 'bytes') => {
    const form = new FormData();
    form.set('file', new File([bytes], 'name', { type }));
    form.set('description', 'what it shows');
    return form;
  };

  test('an image is ready at once, is attached once, and is served', async () => {
    const { signIn, call, post, url } = await mastodonSandbox();
    const token = await signIn();
    const uploaded = await call('POST /api/v2/media', { token, form: upload('image/png') });
    expect(uploaded).toMatchObject({ status: 200, body: { type: 'image', description: 'what it shows' } });
    const { id } = Identified.parse(uploaded.body);
    expect(await call(`GET /api/v1/media/${id}`, { token })).toMatchObject({ status: 200 });
    const form = new URLSearchParams([['media_ids[]', id]]);
    expect(await call('POST /api/v1/statuses', { token, form })).toMatchObject({
      status: 200,
      body: { media_attachments: [{ id }] },
    });
    expect(await post(token, { media_ids: [id] })).toMatchObject({ status: 422 });
    expect(await call(`GET /api/v1/media/${id}`, { token })).toMatchObject({ status: 404 });
    expect(await (await fetch(`${url}/media/${id}`)).text()).toBe('bytes');
  });

  test('a video is processed for a while and cannot be posted before', async () => {
    let now = new Date('2030-01-01T00:00:00Z');
    const { signIn, call, post } = await mastodonSandbox({ now: () => now });
    const token = await signIn();
    const uploaded = await call('POST /api/v2/media', { token, form: upload('video/mp4') });
    expect(uploaded).toMatchObject({ status: 202, body: { type: 'video', url: null } });
    const { id } = Identified.parse(uploaded.body);
    expect(await call(`GET /api/v1/media/${id}`, { token })).toMatchObject({ status: 206 });
    expect(await post(token, { media_ids: [id] })).toMatchObject({ status: 422 });
    now = new Date('2030-01-01T00:00:02Z');
    expect(await call(`GET /api/v1/media/${id}`, { token })).toMatchObject({ status: 200 });
    expect(await post(token, { media_ids: [id] })).toMatchObject({ status: 200 });
  });

  test('refuses a type it does not know', async () => {
    const { signIn, call } = await mastodonSandbox();
    expect(await call('POST /api/v2/media', { token: await signIn(), form: upload('text/html') })).toMatchObject({
      status: 422,
    });
  });
});

describe('rate limits', () => {
  test('are told on every answer and refuse what is above them', async () => {
    const now = () => new Date('2030-01-01T00:01:00Z');
    const { signIn, call } = await mastodonSandbox({ now, rateLimit: { limit: 2, windowSeconds: 300 } });
    const token = await signIn();
    const read = () => call('GET /api/v1/accounts/verify_credentials', { token });
    const first = await read();
    expect(first.headers.get('X-RateLimit-Limit')).toBe('2');
    expect(first.headers.get('X-RateLimit-Remaining')).toBe('1');
    expect(first.headers.get('X-RateLimit-Reset')).toBe('2030-01-01T00:05:00.000Z');
    expect((await call('POST /api/v1/statuses', { token, json: {} })).headers.get('X-RateLimit-Remaining')).toBe('0');
    const third = await read();
    expect(third).toMatchObject({ status: 429, body: { error: 'Too many requests' } });
    expect(third.headers.get('X-RateLimit-Remaining')).toBe('0');
  });

  test('can be off', async () => {
    const { call } = await mastodonSandbox({ rateLimit: 'off' });
    expect((await call('GET /api/v2/instance')).headers.get('X-RateLimit-Limit')).toBeNull();
  });
});

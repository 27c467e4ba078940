import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Identified, mastodonSandbox, Status } from './mastodon-client.ts';

const write = 'POST /api/v1/statuses';

async function sandboxWithFault(fault: Record<string, unknown>) {
  const sandbox = await mastodonSandbox();
  const token = await sandbox.signIn();
  expect(await sandbox.addFault({ operation: write, ...fault })).toMatchObject({ status: 201 });
  return { ...sandbox, token, send: () => sandbox.post(token, { status: 'hello' }, 'key') };
}

describe('faults', () => {
  test('delay waits, then does the operation', async () => {
    const { send } = await sandboxWithFault({ kind: 'delay', delayMs: 60 });
    const start = performance.now();
    expect(await send()).toMatchObject({ status: 200 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });

  test('rate_limit answers 429 with when to come back, and does nothing', async () => {
    const { send, posts } = await sandboxWithFault({ kind: 'rate_limit', retryAfterSeconds: 7 });
    const answer = await send();
    expect(answer).toMatchObject({ status: 429, body: { error: 'Too many requests' } });
    expect(answer.headers.get('Retry-After')).toBe('7');
    expect(Date.parse(answer.headers.get('X-RateLimit-Reset') ?? '')).toBeGreaterThan(Date.now());
    expect(await posts()).toEqual([]);
  });

  test('error answers the status asked for, as often as asked', async () => {
    const { send, posts } = await sandboxWithFault({ kind: 'error', status: 503, times: 2 });
    expect([(await send()).status, (await send()).status, (await send()).status]).toEqual([503, 503, 200]);
    expect(await posts()).toHaveLength(1);
  });

  test('drop_before closes the connection with nothing done', async () => {
    const { send, posts } = await sandboxWithFault({ kind: 'drop_before' });
    await expect(send()).rejects.toThrow('fetch failed');
    expect(await posts()).toEqual([]);
  });

  test('drop_after closes the connection once the write is done, and the same key finds it again', async () => {
    const { send, posts } = await sandboxWithFault({ kind: 'drop_after' });
    await expect(send()).rejects.toThrow('fetch failed');
    const [dropped] = await posts();
    expect(Status.parse((await send()).body).id).toBe(dropped?.id);
    expect((await posts()).map(({ arrivals }) => arrivals.length)).toEqual([2]);
  });

  test('malformed does the write and cuts the answer in half', async () => {
    const { send, posts } = await sandboxWithFault({ kind: 'malformed' });
    await expect(send()).rejects.toThrow(SyntaxError);
    expect(await posts()).toHaveLength(1);
  });

  test('expire_tokens ends the tokens given out so far, not later ones', async () => {
    const { send, signIn, post } = await sandboxWithFault({ kind: 'expire_tokens' });
    expect(await send()).toMatchObject({ status: 401, body: { error: 'The access token expired' } });
    expect(await send()).toMatchObject({ status: 401 });
    expect(await post(await signIn(), { status: 'hello' })).toMatchObject({ status: 200 });
  });

  test('are listed while they wait, can be taken back, and leave other operations alone', async () => {
    const { call, send } = await sandboxWithFault({ kind: 'error', times: 3 });
    expect(await call('GET /api/v2/instance')).toMatchObject({ status: 200 });
    await send();
    expect((await call('GET /sandbox/faults')).body).toMatchObject({
      items: [{ kind: 'error', operation: write, times: 3, remaining: 2 }],
    });
    expect((await call('GET /')).body).toContain('Told to misbehave');
    await call('DELETE /sandbox/faults');
    expect(await send()).toMatchObject({ status: 200 });
  });

  test('containing a text meet only the call that has it, and leave its body to the platform', async () => {
    const { token, post, posts } = await sandboxWithFault({ kind: 'drop_after', containing: 'for Ada' });
    expect(await post(token, { status: 'for Bob' })).toMatchObject({ status: 200 });
    await expect(post(token, { status: 'for Ada' })).rejects.toThrow('fetch failed');
    expect(await post(token, { status: 'for Ada, again' })).toMatchObject({ status: 200 });
    expect((await posts()).map(({ text }) => text)).toEqual(['for Ada, again', 'for Ada', 'for Bob']);
  });

  test.each([
    ['a form', 'POST /oauth/token', { form: new URLSearchParams({ code: 'für Ada & Bob' }) }],
    ['a query', `GET /api/v1/accounts/search?${new URLSearchParams({ q: 'für Ada & Bob' })}`, {}],
  ])('containing a text find it in %s, too, which writes it otherwise', async (_, operation, parts) => {
    const { call, addFault } = await mastodonSandbox();
    await addFault({ kind: 'error', status: 503, containing: 'für Ada & Bob' });
    expect(await call('GET /api/v2/instance')).toMatchObject({ status: 200 });
    expect(await call(operation, parts)).toMatchObject({ status: 503 });
  });

  test('without an operation meet any call, delays together with another kind', async () => {
    const { call, addFault } = await mastodonSandbox();
    await addFault({ kind: 'delay', delayMs: 30 });
    await addFault({ kind: 'error', status: 500 });
    const start = performance.now();
    expect(await call('GET /api/v2/instance')).toMatchObject({ status: 500 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(25);
  });

  test.each([
    ['an unknown operation', { kind: 'error', operation: 'POST /api/v1/status' }],
    ['an unknown kind', { kind: 'explode' }],
    ['an unknown field', { kind: 'error', often: 2 }],
  ])('%s is refused', async (_, fault) => {
    const { addFault } = await mastodonSandbox();
    expect(await addFault(fault)).toMatchObject({ status: 422 });
  });
});

test('the same key sent many times at once makes one post', async () => {
  const { signIn, post, posts } = await mastodonSandbox();
  const token = await signIn();
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(token, { status: 'once' }, 'key')));
  expect(new Set(answers.map(({ body }) => Status.parse(body).id)).size).toBe(1);
  expect((await posts()).map(({ arrivals }) => arrivals.length)).toEqual([20]);
});

test('latency is added to every answer of the protocol', async () => {
  const { call } = await mastodonSandbox({ latencyMs: 40 });
  const start = performance.now();
  await call('GET /api/v2/instance');
  expect(performance.now() - start).toBeGreaterThanOrEqual(35);
});

describe('pages', () => {
  test('show what was posted with its text escaped, and no script or outside host', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    const token = await signIn();
    const text = '<script>alert(1)</script> "quoted" <img src=x onerror=alert(2)> javascript:alert(3)';
    const { url } = Status.parse((await post(token, { status: text })).body);
    const front = await call('GET /');
    for (const page of [String(front.body), await (await fetch(url)).text()]) {
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &quot;quoted&quot; &lt;img src=x');
      expect(page).not.toMatch(/<script|<img|href="javascript|<link(?! rel="icon" href="data:)|src="http/i);
      expect(page).toMatch(/for development and tests/);
    }
    expect(front.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(String(front.body).match(/<article /g)).toHaveLength(1);
    expect(front.body).toContain('http-equiv="refresh"');
  });

  test('show the posts of one account, and say when there is nothing', async () => {
    const { signIn, post, call } = await mastodonSandbox();
    expect((await call('GET /')).body).toContain('Nothing was posted yet');
    await post(await signIn(), { status: 'by alice' });
    expect((await call('GET /@alice')).body).toContain('by alice');
    expect(await call('GET /@nobody')).toMatchObject({ status: 404 });
    expect(await call('GET /api/v1/nonsense')).toMatchObject({ status: 404, body: { error: 'Not Found' } });
  });

  test('are empty again once the posts are deleted', async () => {
    const { signIn, post, posts, call } = await mastodonSandbox();
    await post(await signIn(), { status: 'gone soon' });
    expect((await call('DELETE /sandbox/posts')).status).toBe(204);
    expect(await posts()).toEqual([]);
  });
});

describe('the state file', () => {
  async function folder() {
    const path = await mkdtemp(join(tmpdir(), 'sandbox-'));
    onTestFinished(() => rm(path, { recursive: true }));
    return path;
  }

  test('keeps apps, tokens, posts, keys and media over a restart', async () => {
    const file = join(await folder(), 'deep', 'mastodon.json');
    const before = await mastodonSandbox({ file });
    const token = await before.signIn();
    const { id } = Status.parse((await before.post(token, { status: 'kept' }, 'k')).body);
    const form = new FormData();
    form.set('file', new File(['bytes'], 'a.png', { type: 'image/png' }));
    const uploaded = await before.call('POST /api/v2/media', { token, form });
    await before.stop();

    const after = await mastodonSandbox({ file });
    expect(Status.parse((await after.post(token, { status: 'kept' }, 'k')).body)).toMatchObject({
      id,
      url: `${after.url}/@alice/${id}`,
    });
    expect(await after.posts()).toHaveLength(1);
    const media = Identified.parse(uploaded.body);
    expect(await (await fetch(`${after.url}/media/${media.id}`)).text()).toBe('bytes');
  });

  test('is saved soon after a change, without a stop', async () => {
    const file = join(await folder(), 'mastodon.json');
    const { signIn, post } = await mastodonSandbox({ file });
    await post(await signIn(), { status: 'saved soon' });
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('saved soon');
  });

  test('that is not one of its own stops the start and is left as it is', async () => {
    const file = join(await folder(), 'mastodon.json');
    await writeFile(file, '{"half":');
    await expect(mastodonSandbox({ file })).rejects.toThrow(file);
    expect(await readFile(file, 'utf8')).toBe('{"half":');
  });
});

test('a port in use is reported', async () => {
  const { url } = await mastodonSandbox();
  await expect(mastodonSandbox({ port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
});

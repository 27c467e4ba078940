import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { HostRefused } from '../../functions/runtime/hosts.ts';
import { type HttpCall, NoAnswer, outgoing } from '../../functions/runtime/http.ts';
import { startServer } from '../support/http-server.ts';

const http = outgoing('allow');
const get = (url: string, more: Partial<HttpCall> = {}) => http({ method: 'GET', url, ...more });

/** Answers with what it was sent. */
const startEcho = () =>
  startServer(async (request, response) => {
    const { method, headers, url } = request;
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
  });

const noAnswer = (sent: boolean) => expect.toSatisfy((error) => error instanceof NoAnswer && error.sent === sent);

describe('outgoing: request', () => {
  test.each([
    ['an object as JSON', { a: 'é' }, 'application/json', '{"a":"é"}'],
    ['parameters as a form', new URLSearchParams({ a: 'é&' }), 'application/x-www-form-urlencoded', 'a=%C3%A9%26'],
    ['bytes as they are', new Uint8Array([104, 105]), undefined, 'hi'],
    ['nothing', undefined, undefined, ''],
  ])('sends %s', async (_, body, contentType, sent) => {
    const { url } = await startEcho();
    const answer = await http({ method: 'POST', url, ...(body && { body }) });
    const seen = JSON.parse(answer.body);
    expect(seen).toMatchObject({ method: 'POST', body: sent, headers: { accept: 'application/json' } });
    expect(seen.headers['content-type']).toBe(contentType);
    expect(seen.headers['content-length']).toBe(String(Buffer.byteLength(sent)));
  });

  test('sends headers of the caller over its own', async () => {
    const { url } = await startEcho();
    const headers = { 'content-type': 'image/png', authorization: 'Bearer x', accept: '*/*' };
    const answer = await http({ method: 'PUT', url: `${url}/a?b=c`, headers, body: new Uint8Array([1]) });
    expect(JSON.parse(answer.body)).toMatchObject({ method: 'PUT', url: '/a?b=c', headers });
  });

  test('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const { url } = await startServer(({ socket }, response) => {
      ports.add(socket.remotePort);
      response.end();
    });
    await get(url);
    await get(url);
    expect(ports.size).toBe(1);
  });
});

describe('outgoing: answer', () => {
  test('comes with status, headers and body', async () => {
    const { url } = await startEcho();
    const answer = await get(url);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'set-cookie': 'a=1,b=2' },
      body: expect.stringContaining('GET'),
    });
  });

  test.each([301, 302, 307])('is the redirect itself (%i)', async (status) => {
    let visits = 0;
    const { url } = await startServer((_, response) => {
      visits += 1;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await get(url)).toMatchObject({ status, headers: { location: '/elsewhere' } });
    expect(visits).toBe(1);
  });

  test.each([400, 404, 429, 500, 503])('may be a refusal (%i) and is not asked for again', async (status) => {
    let visits = 0;
    const { url } = await startServer((_, response) => {
      visits += 1;
      response.writeHead(status).end('no');
    });
    expect(await get(url)).toMatchObject({ status, body: 'no' });
    expect(visits).toBe(1);
  });

  test('in many parts is put together', async () => {
    const { url } = await startServer(async (_, response) => {
      const bytes = Buffer.from('{"a":"é"}');
      response.write(bytes.subarray(0, 7)); // in the midst of a letter
      await setTimeout(5);
      response.end(bytes.subarray(7));
    });
    expect((await get(url)).body).toBe('{"a":"é"}');
  });
});

describe('outgoing: no answer', () => {
  test('nobody listens: surely nothing was sent', async () => {
    const { url, server } = await startServer((_, response) => response.end());
    server.close();
    await expect(get(url)).rejects.toEqual(noAnswer(false));
  });

  test('the name does not exist: surely nothing was sent', async () => {
    await expect(get('http://nobody.invalid')).rejects.toEqual(noAnswer(false));
  });

  test('the TLS handshake fails: surely nothing was sent', async () => {
    const { url } = await startServer((_, response) => response.end());
    await expect(get(url.replace('http:', 'https:'))).rejects.toEqual(noAnswer(false));
  });

  test('the connection ends after the request: it may have been taken', async () => {
    const { url } = await startServer(({ socket }) => socket.destroy());
    await expect(http({ method: 'POST', url, body: { a: 1 } })).rejects.toEqual(noAnswer(true));
  });

  test('the connection ends within the answer: it may have been taken', async () => {
    const { url } = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.end();
    });
    await expect(get(url)).rejects.toEqual(noAnswer(true));
  });

  test('a kept connection ends as it is used again: it may have been taken', async () => {
    let visits = 0;
    const { url } = await startServer(({ socket }, response) => {
      visits += 1;
      if (visits === 1) response.end();
      else socket.destroy();
    });
    await get(url);
    await expect(get(url)).rejects.toEqual(noAnswer(true));
    expect(visits).toBe(2);
  });

  test('is not waited for beyond the deadline', async () => {
    const { url } = await startServer(() => undefined);
    await expect(get(url, { timeoutMs: 50 })).rejects.toEqual(noAnswer(true));
  });

  test('has one deadline over the whole answer, however it trickles', async () => {
    const { url } = await startServer(async (_, response) => {
      while (!response.destroyed) {
        response.write(' ');
        await setTimeout(10);
      }
    });
    await expect(get(url, { timeoutMs: 100 })).rejects.toEqual(noAnswer(true));
  });

  test('is better than one of more than 2 MiB', async () => {
    const { url } = await startServer(({ url: path }, response) => {
      response.end(Buffer.alloc(2 * 1024 * 1024 + Number(path?.slice(1))));
    });
    expect((await get(`${url}/0`)).body).toHaveLength(2 * 1024 * 1024);
    await expect(get(`${url}/1`)).rejects.toEqual(noAnswer(true));
  });

  test('says which host, and nothing of the request', async () => {
    const { url } = await startServer(({ socket }) => socket.destroy());
    const headers = { authorization: 'Bearer secret' };
    const failed = await get(`${url}/?token=secret`, { headers }).catch((error) => error);
    expect(failed.message).toBe(`no answer from ${new URL(url).host}`);
  });
});

describe('outgoing: hosts', () => {
  const guarded = outgoing('refuse');
  test.each([
    ['a private address', 'https://127.0.0.1:1'],
    ['a name of a private address', 'https://localhost:1'],
    ['plain http', 'http://mastodon.example'],
    ['credentials', 'https://user:pass@mastodon.example'],
  ])('are not called with %s', async (_, url) => {
    await expect(guarded({ method: 'GET', url })).rejects.toBeInstanceOf(HostRefused);
  });
});

import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mediaReader } from '../../functions/platforms/media-reader.ts';
import { multipart } from '../../functions/platforms/multipart.ts';
import { downloads, outgoing, StreamedBody } from '../../functions/runtime/http.ts';
import { startServer } from '../support/http-server.ts';
import { scriptedServer } from '../support/scripted-server.ts';

const reader = mediaReader(downloads('allow'));
const file = Buffer.from('0123456789abcdef');
const video = (url: string) => ({ url, type: 'video/mp4' }) as const;

/** Serves the file; `ranges`: parts of it too, as RFC 9110 §14 has it. */
const startFiles = (ranges: 'ranges' | 'no ranges') =>
  startServer((request, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (ranges === 'no ranges' || from === undefined)
      return response.writeHead(200, { 'content-length': file.length }).end(file);
    const part = file.subarray(Number(from), Number(to) + 1);
    const contentRange = `bytes ${from}-${Number(from) + part.length - 1}/${file.length}`;
    return response.writeHead(206, { 'content-range': contentRange, 'content-length': part.length }).end(part);
  });

async function bytesOf(chunks: AsyncIterable<Uint8Array>) {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

describe.each(['ranges', 'no ranges'] as const)('files on a server with %s', (ranges) => {
  test('tell their size, and come in pieces or whole', async () => {
    const { url } = await startFiles(ranges);
    expect(await reader.sizeOf(video(url))).toBe(16);
    expect(Buffer.from(await reader.piece(video(url), { from: 10, length: 6 })).toString()).toBe('abcdef');
    expect(Buffer.from(await reader.piece(video(url), { from: 2, length: 3 })).toString()).toBe('234');
    const { size, chunks } = await reader.stream(video(url));
    expect([size, (await bytesOf(chunks)).toString()]).toEqual([16, file.toString()]);
  });

  test('that end too early are no files', async () => {
    const { url } = await startFiles(ranges);
    await expect(reader.piece(video(url), { from: 10, length: 7 })).rejects.toMatchObject({
      refusal: { kind: 'retry_later', platformCode: 'media_unreachable' },
    });
  });
});

describe('files that cannot be read', () => {
  test('one that breaks off means another time', async () => {
    const { url } = await startServer((_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-7/16', 'content-length': 8 }).write('0123');
      response.destroy();
    });
    await expect(reader.piece(video(url), { from: 0, length: 8 })).rejects.toMatchObject({
      refusal: { kind: 'retry_later', platformCode: 'media_unreachable' },
    });
  });

  test('a large one must come in parts', async () => {
    const { url } = await startFiles('no ranges');
    const far = { from: 40 * 1024 * 1024, length: 4 };
    await expect(reader.piece(video(url), far)).rejects.toMatchObject({
      refusal: { kind: 'content_rejected', message: expect.stringContaining('parts of files') },
    });
  });

  test('a redirect to nowhere is refused', async () => {
    const server = await scriptedServer(() => ({ status: 302, headers: { location: 'http://' } }));
    await expect(reader.sizeOf(video(server.url))).rejects.toMatchObject({ refusal: { kind: 'content_rejected' } });
    await server.stop();
  });

  test.each([
    [404, 'content_rejected'],
    [403, 'content_rejected'],
    [500, 'retry_later'],
    [429, 'retry_later'],
  ])('a server that answers %i means %s', async (status, kind) => {
    const server = await scriptedServer(() => ({ status }));
    await expect(reader.sizeOf(video(server.url))).rejects.toMatchObject({ refusal: { kind } });
    await server.stop();
  });

  test('nobody there means another time', async () => {
    const server = await scriptedServer(() => ({}));
    await server.stop();
    await expect(reader.stream(video(server.url))).rejects.toMatchObject({ refusal: { kind: 'retry_later' } });
  });

  test('a private address is none for files, and no redirect leads to one', async () => {
    const strict = mediaReader(downloads('refuse'));
    for (const url of ['https://127.0.0.1/a.mp4', 'https://[::ffff:10.0.0.1]/a.mp4', 'http://example.com/a.mp4'])
      await expect(strict.sizeOf(video(url))).rejects.toMatchObject({ refusal: { kind: 'content_rejected' } });
  });

  test('redirects are followed a few times, then they are an answer of no use', async () => {
    const { url: target } = await startFiles('ranges');
    const once = await scriptedServer(() => ({ status: 302, headers: { location: target } }));
    expect(await reader.sizeOf(video(once.url))).toBe(16);
    const round = await scriptedServer(() => ({ status: 302, headers: { location: '/again' } }));
    await expect(reader.sizeOf(video(round.url))).rejects.toMatchObject({ refusal: { kind: 'content_rejected' } });
    expect(round.requests).toHaveLength(4);
    await Promise.all([once.stop(), round.stop()]);
  });

  test('an address that turns to another scheme is refused', async () => {
    const server = await scriptedServer(() => ({ status: 301, headers: { location: 'ftp://example.com/a.mp4' } }));
    await expect(reader.sizeOf(video(server.url))).rejects.toMatchObject({ refusal: { kind: 'content_rejected' } });
    await server.stop();
  });
});

describe('files that are passed on', () => {
  async function* slowly() {
    yield Buffer.from('one ');
    await setTimeout(5);
    yield Buffer.from('two');
  }

  test('go out as they come in, with the length that was said', async () => {
    const server = await scriptedServer(() => ({}));
    const call = { method: 'PUT', url: server.url, body: new StreamedBody(slowly(), 7) } as const;
    expect((await outgoing('allow')(call)).status).toBe(200);
    expect(server.requests).toMatchObject([{ body: 'one two', headers: { 'content-length': '7' } }]);
    await server.stop();
  });

  test('that break off are an answer that did not come', async () => {
    async function* breaking() {
      yield Buffer.from('one ');
      throw new Error('the source is gone');
    }
    const server = await scriptedServer(() => ({}));
    const call = { method: 'PUT', url: server.url, body: new StreamedBody(breaking(), 7) } as const;
    await expect(outgoing('allow')(call)).rejects.toThrow('not all was sent');
    await server.stop();
  });

  test('make a form that a server reads', async () => {
    const bodies: FormData[] = [];
    const { url } = await startServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const chunk of request) parts.push(chunk);
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      bodies.push(await new Response(Buffer.concat(parts), { headers }).formData());
      expect(request.headers['content-length']).toBe(String(Buffer.concat(parts).length));
      response.end('{}');
    });
    const form = multipart(
      { description: 'Ada' },
      { field: 'file', name: 'a.mp4', type: 'video/mp4', size: 7, chunks: slowly() },
    );
    await outgoing('allow')({ method: 'POST', url, ...form });
    const sent = bodies[0]?.get('file');
    expect(bodies[0]?.get('description')).toBe('Ada');
    expect(sent instanceof File && [sent.name, sent.type, await sent.text()]).toEqual([
      'a.mp4',
      'video/mp4',
      'one two',
    ]);
  });
});

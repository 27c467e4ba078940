import { HostRefused } from '../runtime/hosts.ts';
import { type Download, type Downloads, NoAnswer } from '../runtime/http.ts';
import { PlatformRefused, type Refusal, uploadSeconds } from './adapter.ts';
import type { Media } from './contract.ts';

/** A part of a file: `length` bytes from `from` on. */
export type Piece = { from: number; length: number };

/** A file on its way: its size in bytes, and its bytes as they come. */
export type MediaStream = { size: number; chunks: AsyncIterable<Uint8Array> };

/**
 * Reads the files of posts from where they lie. Whatever keeps a file from being read is a `PlatformRefused`:
 * `content_rejected` where its address is no good, `retry_later` where it gave no usable answer.
 */
export type MediaReader = {
  sizeOf: (media: Media) => Promise<number>;
  /** One piece, held in memory: for platforms that take files in pieces of some megabytes. */
  piece: (media: Media, piece: Piece) => Promise<Uint8Array>;
  /** The whole file, never held as a whole. */
  stream: (media: Media) => Promise<MediaStream>;
};

/** A look, a piece of some megabytes, and a whole file between two data centres; together they fit into one run. */
const timeoutMs = { look: 5_000, piece: 10_000, stream: uploadSeconds * 1000 };
/** What is read and thrown away for a piece, from servers that do not give parts of files. */
const mostSkippedBytes = 32 * 1024 * 1024;

export function mediaReader(download: Downloads): MediaReader {
  async function open(media: Media, timeoutMs: number, range?: string): Promise<Download> {
    try {
      const headers = { accept: media.type, ...(range && { range }) };
      const file = await download({ url: media.url, headers, timeoutMs });
      if (file.status === 200 || file.status === 206) return file;
      file.close();
      throw refused(media, `its server answered ${file.status}`, file.status >= 500 || file.status === 429);
    } catch (error) {
      if (error instanceof HostRefused) throw refused(media, error.message, false);
      if (error instanceof NoAnswer) throw refused(media, error.message, true);
      throw error;
    }
  }

  async function piece(media: Media, { from, length }: Piece): Promise<Uint8Array> {
    const file = await open(media, timeoutMs.piece, `bytes=${from}-${from + length - 1}`);
    // Who does not know ranges sends the file from its beginning.
    const skipped = file.status === 206 ? 0 : from;
    if (skipped > mostSkippedBytes) {
      file.close();
      throw refused(media, 'its server does not give parts of files', false);
    }
    const bytes = await take(file, { from: skipped, length }).catch((cause) => {
      throw refused(media, `it broke off (${cause instanceof Error ? cause.message : 'unknown'})`, true);
    });
    if (bytes.length < length) throw refused(media, 'it is shorter than its server said', true);
    return bytes;
  }

  async function stream(media: Media): Promise<MediaStream> {
    const file = await open(media, timeoutMs.stream);
    const size = Number(file.headers['content-length'] ?? Number.NaN);
    if (Number.isSafeInteger(size) && size > 0) return { size, chunks: file.chunks };
    file.close();
    throw refused(media, 'its server does not tell its length', false);
  }

  async function sizeOf(media: Media): Promise<number> {
    const file = await open(media, timeoutMs.look, 'bytes=0-0');
    const total = /\/(\d+)$/.exec(file.headers['content-range'] ?? '')?.[1];
    const size = Number(file.status === 206 ? total : file.headers['content-length']);
    file.close();
    if (Number.isSafeInteger(size) && size > 0) return size;
    throw refused(media, 'its server does not tell its length', false);
  }

  return { sizeOf, piece, stream };
}

async function take(file: Download, { from, length }: Piece): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let passed = 0;
  for await (const chunk of file.chunks) {
    parts.push(chunk.subarray(Math.max(0, from - passed), Math.max(0, from + length - passed)));
    passed += chunk.length;
    if (passed >= from + length) break;
  }
  file.close();
  return Buffer.concat(parts);
}

const refused = ({ url }: Media, why: string, isPassing: boolean) =>
  new PlatformRefused({
    kind: isPassing ? 'retry_later' : 'content_rejected',
    platformCode: 'media_unreachable',
    message: `The file at ${new URL(url).host} cannot be fetched: ${why}.`,
  } satisfies Refusal);

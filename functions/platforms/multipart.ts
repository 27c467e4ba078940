import { randomUUID } from 'node:crypto';
import { StreamedBody } from '../runtime/http.ts';

type File = { field: string; name: string; type: string; size: number; chunks: AsyncIterable<Uint8Array> };

/** A form with one file at its end (RFC 7578), as body and headers of a call. The file is passed on as it comes in. */
export function multipart(fields: Readonly<Record<string, string>>, file: File) {
  const boundary = randomUUID();
  const part = (disposition: string) => `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`;
  const texts = Object.entries(fields).map(([name, value]) => `${part(`name="${name}"`)}\r\n${value}\r\n`);
  const opening = part(`name="${file.field}"; filename="${file.name}"`);
  const before = Buffer.from(`${texts.join('')}${opening}content-type: ${file.type}\r\n\r\n`);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* chunks() {
    yield before;
    yield* file.chunks;
    yield after;
  }
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: new StreamedBody(chunks(), before.length + file.size + after.length),
  };
}

import { createHash } from 'node:crypto';
import type { SandboxFiles } from './sandbox-files.ts';
import type { SandboxApp, SandboxMedia } from './sandbox-platform.ts';

/** Kinds of files that sandboxes fetch, by the ending of the copy's name. */
const types: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
};

/** A file that was fetched: where its copy is on this sandbox, its type, and its size in bytes. */
export type KeptFile = { path: string; type: string; bytes: number };

/** Keeps a copy of a fetched file, as platforms do; its content gives it its name. */
export async function keepFile(
  files: SandboxFiles,
  { type, bytes }: { type: string; bytes: Uint8Array },
): Promise<KeptFile> {
  const ending = Object.entries(types).find(([, known]) => known === type)?.[0] ?? 'bin';
  const name = `${createHash('sha256').update(bytes).digest('hex')}.${ending}`;
  await files.put(name, new Uint8Array(bytes));
  return { path: `/media/${name}`, type, bytes: bytes.length };
}

export function addKeptFiles(app: SandboxApp, files: SandboxFiles) {
  app.get('/media/:name{[0-9a-f]+\\.[a-z0-9]+}', async (c) => {
    const { name } = c.req.param();
    const bytes = await files.get(name);
    if (!bytes) return c.notFound();
    const type = types[name.split('.')[1] ?? ''] ?? 'application/octet-stream';
    return c.body(bytes, 200, { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' });
  });
}

/** The copy as the sandbox's own pages and `GET /sandbox/posts` show it. */
export const sandboxMedia = (
  url: string,
  { path, type, bytes, altText }: KeptFile & { altText: string | null },
): SandboxMedia => ({ url: `${url}${path}`, type, bytes, altText, description: altText ?? '' });

import { once } from 'node:events';
import { createServer } from 'node:http';

type File = { type: string; bytes: Uint8Array };

/** Serves files as storage does, in parts where asked, and remembers which parts. */
export async function fileServer(files: Readonly<Record<string, File>>) {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    const file = files[request.url ?? ''];
    if (!file) return response.writeHead(404).end();
    const { length } = file.bytes;
    const [, from = 0, last = length - 1] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []).map(Number);
    const end = Math.min(last, length - 1);
    const isPart = request.headers.range !== undefined;
    if (isPart) ranges.push(request.headers.range ?? '');
    response.writeHead(isPart ? 206 : 200, {
      'content-type': file.type,
      'content-length': end - from + 1,
      ...(isPart && { 'content-range': `bytes ${from}-${end}/${length}` }),
    });
    return response.end(file.bytes.subarray(from, end + 1));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    ranges,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

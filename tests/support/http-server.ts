import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

/** A server on a free port of this machine that keeps nothing running: it ends with the worker of its test file. */
export async function startServer(answer: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(answer);
  // Where a busy test leaves a connection idle for long, its next request must not meet one that was just closed.
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, server };
}

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

export type HeldServer = { url: string; serve: (listener: RequestListener) => void; close: () => Promise<void> };
type Ports = { wanted: number | undefined; usual: number };

const graceMs = 2_000;
const connectionIdleMs = 120_000;

/**
 * Takes a port at once, before there is anything to answer with, so that nobody else takes it while the app is built:
 * the one asked for, which must be free, else the usual one, else any. For this machine only.
 */
export async function holdServer({ wanted, usual }: Ports): Promise<HeldServer> {
  const starting: RequestListener = (_, response) => response.writeHead(503, { 'retry-after': '2' }).end();
  const server = createServer(starting);
  server.keepAliveTimeout = connectionIdleMs;
  const port = await takePort(server, { wanted, usual });
  return {
    url: `http://127.0.0.1:${port}`,
    serve: (listener) => server.off('request', starting).on('request', listener),
    close: () => close(server),
  };
}

async function takePort(server: Server, { wanted, usual }: Ports): Promise<number> {
  try {
    return await listen(server, wanted ?? usual);
  } catch (cause) {
    if (wanted === undefined) return listen(server, 0);
    throw new Error(`port ${wanted} is taken; choose another, or leave it out for a free one`, { cause });
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Takes no new requests and waits a little for those under way. */
async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  // Connections outlive their last request, and those that are busy now are idle in a moment.
  const sweep = setInterval(() => server.closeIdleConnections(), 20);
  const force = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(force);
}

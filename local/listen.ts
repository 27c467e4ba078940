import { once } from 'node:events';
import type { Server } from 'node:http';
import { freePort, tryPort } from './engines/free-port.ts';

const graceMs = 2_000;

/** The port asked for, which must be free, else the usual one, else any. */
export async function choosePort(wanted: number | undefined, usual: number): Promise<number> {
  const port = await tryPort(wanted ?? usual);
  if (port !== undefined) return port;
  if (wanted !== undefined) throw new Error(`port ${wanted} is taken; choose another, or leave it out for a free one`);
  return freePort();
}

export async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

/** Takes no new requests and waits a little for those under way. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(force);
}

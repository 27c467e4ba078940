import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

export type HttpMessage = { method: string; path: string; headers: OutgoingHttpHeaders; body: Buffer };
export type HttpReply = { status: number; headers: IncomingHttpHeaders | OutgoingHttpHeaders; body: Buffer };

/** Sends requests to one server over connections that stay open. */
export function httpHop(origin: string) {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    send: ({ method, path, headers, body }: HttpMessage) =>
      new Promise<HttpReply>((resolve, reject) => {
        const length = { 'content-length': body.length };
        const outgoing = request(
          { agent, hostname, port, method, path, headers: { ...headers, ...length, host: `${hostname}:${port}` } },
          (incoming) => {
            const chunks: Buffer[] = [];
            incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
            incoming.on('error', reject);
            incoming.on('end', () =>
              resolve({ status: incoming.statusCode ?? 502, headers: incoming.headers, body: Buffer.concat(chunks) }),
            );
          },
        );
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

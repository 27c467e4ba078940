import { once } from 'node:events';
import { createServer } from 'node:http';

export type Received = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};
export type Answer = { status?: number; headers?: Record<string, string>; body?: unknown } | 'drop';

/** A server that answers as a test says and remembers what it was asked. */
export async function scriptedServer(answer: (request: Received) => Answer | Promise<Answer>) {
  const requests: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    requests.push(received);
    const reply = await answer(received);
    if (reply === 'drop') return void request.socket.destroy();
    const { status = 200, headers = {}, body: content = {} } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof content === 'string' ? content : JSON.stringify(content));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

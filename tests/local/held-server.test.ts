import { afterEach, describe, expect, test } from 'vitest';
import { type HeldServer, holdServer } from '../../local/held-server.ts';

const held: HeldServer[] = [];
afterEach(() => Promise.all(held.splice(0).map(({ close }) => close())));

async function hold(wanted: number | undefined, usual: number) {
  const server = await holdServer({ wanted, usual });
  held.push(server);
  return server;
}
const portOf = ({ url }: HeldServer) => Number(new URL(url).port);

describe('a held server', () => {
  test('has its port at once, and says that it is starting until it can serve', async () => {
    const server = await hold(undefined, 0);
    expect((await fetch(server.url)).status).toBe(503);
    server.serve((_, response) => response.end('ready'));
    expect(await (await fetch(server.url)).text()).toBe('ready');
  });

  test('takes a free port when the usual one is taken, and fails when the wanted one is', async () => {
    const first = portOf(await hold(undefined, 0));
    expect(portOf(await hold(undefined, first))).not.toBe(first);
    await expect(hold(first, 0)).rejects.toThrow(`port ${first} is taken`);
  });

  test('lets requests under way finish, and closing twice is no harm', async () => {
    const server = await hold(undefined, 0);
    server.serve((_, response) => setTimeout(() => response.end('late'), 100));
    const answer = fetch(server.url);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([server.close(), answer]);
    expect(await (await answer).text()).toBe('late');
    await server.close();
  });
});

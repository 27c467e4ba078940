import { afterAll } from 'vitest';
import { Post } from '../../functions/posts/contract.ts';
import { startBluesky } from '../../local/platforms/bluesky/start-bluesky.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { api, connectBluesky, newAccount } from './journey.ts';

/** Accounts, each connected to a platform of its own: what it is told to do wrong reaches nobody else. */
export function publishers() {
  const sandboxes: Sandbox[] = [];
  afterAll(async () => {
    await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
  });
  return async () => {
    const [account, sandbox] = await Promise.all([newAccount(), startBluesky()]);
    sandboxes.push(sandbox);
    const server = sandbox.url;
    const connection = await connectBluesky(account, { server });
    const write = (text: string, publishAt?: string) => {
      const body = { text, connectionIds: [connection.id], ...(publishAt && { publishAt }) };
      return api.get(Post, 'POST /posts', { ...account, body });
    };
    return { account, connection, server, write, text: `Journey ${crypto.randomUUID()}` };
  };
}

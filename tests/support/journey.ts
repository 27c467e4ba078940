import { expect, inject } from 'vitest';
import * as z from 'zod';
import { Connection } from '../../functions/connections/contract.ts';
import { Me, Session } from '../../functions/identity/contract.ts';
import { Post } from '../../functions/posts/contract.ts';
import { apiAt } from '../../local/demo/api.ts';

export const addresses = inject('stack');
export const api = apiAt(addresses.api);
export const password = 'a long pass phrase';

export type Account = { email: string; token: string; teamId: string };

/** Signs up somebody new. */
export async function newAccount(name = 'Ada'): Promise<Account> {
  const email = `${name.toLowerCase()}.${crypto.randomUUID()}@example.com`;
  expect(await api.call('POST /auth/register', { body: { email, password, name } })).toMatchObject({ status: 201 });
  expect(await api.call('POST /auth/confirm', { body: { email, code: '123456' } })).toMatchObject({ status: 204 });
  const { accessToken: token } = await api.get(Session, 'POST /auth/login', { body: { email, password } });
  const { teams } = await api.get(Me, 'GET /me', { token });
  return { email, token, teamId: teams[0]?.id ?? '' };
}

/** Connects a Bluesky account of its own to the team. */
export function connectBluesky(
  account: Account,
  identifier = `${crypto.randomUUID().slice(0, 12)}.test`,
): Promise<Connection> {
  const body = { platform: 'bluesky', server: addresses.bluesky, identifier, appPassword: 'app-pass' };
  return api.get(Connection, 'POST /connections', { ...account, body });
}

export const readPost = (account: Account, id: string): Promise<Post> => api.get(Post, `GET /posts/${id}`, account);

/** Waits for a post to reach a state. */
export async function postIn(account: Account, id: string, state: Post['state']): Promise<Post> {
  await expect.poll(async () => (await readPost(account, id)).state, { timeout: 60_000, interval: 200 }).toBe(state);
  return readPost(account, id);
}

const Arrivals = z.object({ items: z.array(z.object({ text: z.string(), arrivals: z.array(z.unknown()) })) });

/** What arrived at a sandbox platform with this text. */
export async function arrivedAt(platform: string, text: string) {
  const response = await fetch(`${platform}/sandbox/posts`);
  const { items } = Arrivals.parse(await response.json());
  return items.filter((item) => item.text === text);
}

/** Tells a sandbox platform to misbehave. */
export async function fault(platform: string, body: Record<string, unknown>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${platform}/sandbox/faults`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(status).toBe(201);
}

import * as z from 'zod';
import { PostMetrics } from '../../functions/analytics/contract.ts';
import { Connection } from '../../functions/connections/contract.ts';
import { Me, Session } from '../../functions/identity/contract.ts';
import { Post } from '../../functions/posts/contract.ts';
import { apiAt } from './api.ts';

export type Addresses = { api: string; mastodon: string; bluesky: string };
type Say = (step: string) => void;

/** What the main job leaves behind, for those who check it. */
export type Done = {
  post: Post;
  metrics: PostMetrics;
  text: string;
  onPlatforms: { mastodon: number; bluesky: number };
};

const Authorization = z.object({ authorizationUrl: z.url(), state: z.string() });
const redirectUri = 'http://localhost:3000/connected';

/** The main job: sign up, connect two accounts, schedule a post, see it published on both, see its figures come back. */
export async function mainJob({ api: apiUrl, mastodon, bluesky }: Addresses, say: Say): Promise<Done> {
  const api = apiAt(apiUrl);
  const email = `ada.${Date.now()}@example.com`;
  const password = 'a long pass phrase';

  await api.get(z.unknown(), 'POST /auth/register', {
    body: { email, password, name: 'Ada', timeZone: 'Europe/London' },
  });
  await api.get(z.unknown(), 'POST /auth/confirm', { body: { email, code: '123456' } });
  const { accessToken: token } = await api.get(Session, 'POST /auth/login', { body: { email, password } });
  const { teams } = await api.get(Me, 'GET /me', { token });
  const caller = { token, teamId: teams[0]?.id ?? '' };
  say(`signed up as ${email}, member of "${teams[0]?.name}"`);

  const app = { platform: 'mastodon', server: mastodon, redirectUri };
  const { authorizationUrl, state } = await api.get(Authorization, 'POST /connections/authorize', {
    ...caller,
    body: app,
  });
  const code = await consent(authorizationUrl);
  const first = await api.get(Connection, 'POST /connections', {
    ...caller,
    body: { platform: 'mastodon', code, state },
  });
  say(`connected ${first.accountName} on Mastodon by OAuth`);

  const login = { platform: 'bluesky', server: bluesky, identifier: 'alice.test', appPassword: 'app-pass' };
  const second = await api.get(Connection, 'POST /connections', { ...caller, body: login });
  say(`connected ${second.accountName} on Bluesky by app password`);

  const text = `Good news number ${Date.now()} https://example.com/news`;
  const publishAt = new Date(Date.now() + 5000).toISOString();
  const body = { text, connectionIds: [first.id, second.id], publishAt };
  const scheduled = await api.get(Post, 'POST /posts', { ...caller, body });
  say(`scheduled a post for ${publishAt}`);

  const readPost = () => api.get(Post, `GET /posts/${scheduled.id}`, caller);
  const post = await until(readPost, ({ state }) => !['scheduled', 'publishing'].includes(state));
  for (const target of post.targets)
    say(`${target.platform}: ${target.state} ${latenessOf(target, publishAt)} ${target.url ?? ''}`);

  const onPlatforms = { mastodon: await countOn(mastodon, text), bluesky: await countOn(bluesky, text) };
  say(`on the platforms' own pages: ${onPlatforms.mastodon} on Mastodon, ${onPlatforms.bluesky} on Bluesky`);

  for (const [url, target] of [
    [mastodon, post.targets[0]],
    [bluesky, post.targets[1]],
  ] as const)
    await engage(url, target?.platformPostId ?? '');
  say('people like it on both platforms');
  const readMetrics = () => api.get(PostMetrics, `GET /posts/${post.id}/metrics`, caller);
  const metrics = await until(readMetrics, ({ targets }) => targets.every(({ likes }) => likes === 3));
  for (const { platform, likes, reposts, replies } of metrics.targets)
    say(`${platform}: ${likes} likes, ${reposts} reposts, ${replies} replies`);
  return { post, metrics, text, onPlatforms };
}

/** The user agrees on the platform's page and comes back with a code. */
async function consent(authorizationUrl: string): Promise<string> {
  const back = await fetch(`${authorizationUrl}&auto=1`, { redirect: 'manual' });
  const code = new URL(back.headers.get('location') ?? redirectUri).searchParams.get('code');
  if (!code) throw new Error(`no code came back from ${authorizationUrl}`);
  return code;
}

/** How often a text is on the public page of a platform: one article for each post. */
async function countOn(platform: string, text: string): Promise<number> {
  const page = await (await fetch(platform)).text();
  const [marker = text] = text.split(' https:');
  return page.split('<article').filter((article) => article.includes(marker)).length;
}

async function engage(platform: string, id: string): Promise<void> {
  const body = JSON.stringify({ [id.startsWith('at:') ? 'uri' : 'id']: id, likes: 3, reposts: 2, replies: 1 });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${platform}/sandbox/engagement`, { method: 'POST', headers, body });
  if (status !== 204) throw new Error(`${platform}/sandbox/engagement: ${status}`);
}

const latenessOf = ({ publishedAt }: Post['targets'][number], publishAt: string) =>
  publishedAt ? `${Date.parse(publishedAt) - Date.parse(publishAt)} ms after its time` : '';

async function until<Value>(
  read: () => Promise<Value>,
  holds: (value: Value) => boolean,
  seconds = 90,
): Promise<Value> {
  const value = await read();
  if (holds(value)) return value;
  if (seconds <= 0) throw new Error(`waited in vain, last seen: ${JSON.stringify(value)}`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  return until(read, holds, seconds - 0.5);
}

import { type ClientNest, clientNest, type components } from '../../clients/typescript/src/client.ts';

export type Addresses = { api: string; mastodon: string; bluesky: string };
type Say = (step: string) => void;

type Post = components['schemas']['Post'];
type PostMetrics = components['schemas']['PostMetrics'];

/** What the main job leaves behind, for those who check it. */
export type Done = {
  post: Post;
  metrics: PostMetrics;
  text: string;
  onPlatforms: { mastodon: number; bluesky: number };
};

const redirectUri = 'http://localhost:3000/connected';

/** The main job: sign up, connect two accounts, schedule a post, see it published on both, see its figures come back. */
export async function mainJob({ api: apiUrl, mastodon, bluesky }: Addresses, say: Say): Promise<Done> {
  const api = clientNest({ baseUrl: `${apiUrl}/v1` });
  say(await signUp(api));
  const connectionIds = [await connectMastodon(api, mastodon, say), await connectBluesky(api, bluesky, say)];

  const text = `Good news number ${Date.now()} https://example.com/news`;
  const publishAt = new Date(Date.now() + 5000).toISOString();
  const { data: scheduled } = await api.POST('/posts', { body: { text, connectionIds, publishAt } });
  say(`scheduled a post for ${publishAt}`);

  const path = { postId: scheduled.id };
  const readPost = async () => (await api.GET('/posts/{postId}', { params: { path } })).data;
  const post = await until(readPost, ({ state }) => !['scheduled', 'publishing'].includes(state));
  for (const target of post.targets)
    say(`${target.platform}: ${target.state} ${latenessOf(target, publishAt)} ${target.url ?? ''}`);

  const onPlatforms = { mastodon: await countOn(mastodon, text), bluesky: await countOn(bluesky, text) };
  say(`on the platforms' own pages: ${onPlatforms.mastodon} on Mastodon, ${onPlatforms.bluesky} on Bluesky`);

  await engage(mastodon, post.targets[0]?.platformPostId ?? '');
  await engage(bluesky, post.targets[1]?.platformPostId ?? '');
  say('people like it on both platforms');
  const readMetrics = async () => (await api.GET('/posts/{postId}/metrics', { params: { path } })).data;
  const metrics = await until(readMetrics, ({ targets }) => targets.every(({ likes }) => likes === 3));
  for (const { platform, likes, reposts, replies } of metrics.targets)
    say(`${platform}: ${likes} likes, ${reposts} reposts, ${replies} replies`);
  return { post, metrics, text, onPlatforms };
}

async function signUp(api: ClientNest): Promise<string> {
  const email = `ada.${Date.now()}@example.com`;
  const password = 'a long pass phrase';
  await api.POST('/auth/register', { body: { email, password, name: 'Ada', timeZone: 'Europe/London' } });
  await api.POST('/auth/confirm', { body: { email, code: '123456' } });
  await api.signIn({ email, password });
  const [team] = (await api.GET('/me')).data.teams;
  api.useTeam(team?.id);
  return `signed up as ${email}, member of "${team?.name}"`;
}

async function connectMastodon(api: ClientNest, server: string, say: Say): Promise<string> {
  const { data: begun } = await api.POST('/connections/authorize', {
    body: { platform: 'mastodon', server, redirectUri },
  });
  const code = await consent(begun.authorizationUrl);
  const body = { platform: 'mastodon', code, state: begun.state } as const;
  const connection = onlyAccount((await api.POST('/connections', { body })).data);
  say(`connected ${connection.accountName} on Mastodon by OAuth`);
  return connection.id;
}

async function connectBluesky(api: ClientNest, server: string, say: Say): Promise<string> {
  const body = { platform: 'bluesky', server, identifier: 'alice.test', appPassword: 'app-pass' } as const;
  const connection = onlyAccount((await api.POST('/connections', { body })).data);
  say(`connected ${connection.accountName} on Bluesky by app password`);
  return connection.id;
}

type Connected = components['schemas']['Connection'] | components['schemas']['PendingConnection'];

/** What a consent connects that opens one account; of several, one would have to be chosen. */
function onlyAccount(connected: Connected): components['schemas']['Connection'] {
  if ('pendingId' in connected) throw new Error('the consent opens several accounts');
  return connected;
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

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { avatarUrl } from '../sandbox-pages.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { attachable } from './media.ts';
import { answeredIsGone, duplicate, invalid, mediaInvalid, missing } from './refusals.ts';
import type { Post, User } from './state.ts';
import { callerOf, nextId, postUrl, type XStore } from './store.ts';
import { linkPattern, weightOf } from './weight.ts';

const maxWeight = { None: 280, Premium: 25_000 };
const duplicateMs = 24 * 3600_000;

const NewPost = z
  .strictObject({
    text: z.string().optional(),
    media: z.strictObject({ media_ids: z.array(z.string()).min(1).max(4) }).optional(),
    reply: z.strictObject({ in_reply_to_tweet_id: z.string().regex(/^\d{1,19}$/) }).optional(),
    reply_settings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional(),
    made_with_ai: z.boolean().optional(),
  })
  .refine(({ text, media }) => text || media, 'The post has neither text nor media');
type NewPost = z.infer<typeof NewPost>;
const readScopes = ['tweet.read', 'users.read'];

export function addPosts(app: SandboxApp, store: XStore) {
  const { current } = store.state;

  app.post('/2/tweets', async (c) => {
    const user = callerOf(c, store, ['tweet.write', ...readScopes]);
    const body = NewPost.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid(z.prettifyError(body.error));
    const post = publish(store, user, body.data);
    return c.json({ data: { id: post.id, text: shownText(post), edit_history_tweet_ids: [post.id] } }, 201);
  });

  app.get('/2/tweets', (c) => {
    callerOf(c, store, readScopes);
    const ids = (c.req.query('ids') ?? '').split(',');
    if (ids.length > 100 || !ids.every((id) => /^\d{1,19}$/.test(id))) throw invalid('The `ids` are not valid');
    const found = ids.flatMap((id) => current.posts[id] ?? []);
    const gone = ids.filter((id) => !current.posts[id]);
    return c.json({
      ...(found.length > 0 && { data: found.map((post) => asked(store, c.req.query('tweet.fields'), post)) }),
      ...(gone.length > 0 && { errors: gone.map(notFound) }),
    });
  });

  app.get('/2/users/me', (c) => {
    const { id, username, subscription } = callerOf(c, store, readScopes);
    const fields = (c.req.query('user.fields') ?? '').split(',');
    const view = { subscription_type: subscription, profile_image_url: avatarUrl(store.url) };
    const more = Object.fromEntries(Object.entries(view).filter(([name]) => fields.includes(name)));
    return c.json({ data: { id, name: username, username, ...more } });
  });

  app.get('/2/users/:id/tweets', (c) => {
    callerOf(c, store, readScopes);
    const id = c.req.param('id');
    if (!current.users[id]) throw missing(`Could not find user with id: [${id}].`);
    const { start_time = '1970-01-01T00:00:00Z', max_results = '10', 'tweet.fields': fields } = c.req.query();
    const count = Number(max_results);
    if (!(count >= 5 && count <= 100))
      throw invalid('The `max_results` query parameter value is not between 5 and 100');
    const all = newestFirst(Object.values(current.posts)).filter(
      ({ userId, createdAt }) => userId === id && Date.parse(createdAt) >= Date.parse(start_time),
    );
    const data = all.slice(0, count).map((post) => asked(store, fields, post));
    const next = all.length > count ? { next_token: 'more' } : {};
    return c.json({ ...(data.length > 0 && { data }), meta: { result_count: data.length, ...next } });
  });
}

const notFound = (id: string) => ({
  value: id,
  detail: `Could not find tweet with ids: [${id}].`,
  title: 'Not Found Error',
  resource_type: 'tweet',
  parameter: 'ids',
  resource_id: id,
  type: 'https://api.twitter.com/2/problems/resource-not-found',
});

/** The same text again is refused, but with files it is another post, and of replies no document says so. */
function publish(store: XStore, user: User, { text: sent = '', media, reply, ...wishes }: NewPost): Post {
  const at = store.now();
  const text = sent.trim();
  if (weightOf(sent) > maxWeight[user.subscription]) throw invalid('Your Tweet text is too long.');
  const { posts } = store.state.current;
  const answered = posts[reply?.in_reply_to_tweet_id ?? ''];
  if (reply && !answered) throw answeredIsGone();
  const isSame = (post: Post) =>
    post.userId === user.id && post.text === text && at.getTime() - Date.parse(post.createdAt) < duplicateMs;
  if (!media && !reply && Object.values(posts).some(isSame)) throw duplicate();
  const files = media ? attachable(store, user, media.media_ids) : [];
  if (media && files.length === 0) throw mediaInvalid(media.media_ids);
  const post = {
    id: nextId(store),
    userId: user.id,
    text,
    links: (text.match(linkPattern) ?? []).map((link) => ({ url: shortLink(), sent: link })),
    mediaIds: files.map(({ id }) => id),
    mediaLink: media ? shortLink() : null,
    wishes,
    replyTo: answered?.id ?? null,
    names: answered ? namesFor(store, answered, user) : [],
    createdAt: at.toISOString(),
    arrivals: [at.toISOString()],
    likes: 0,
    reposts: 0,
    replies: 0,
  };
  posts[post.id] = post;
  if (answered) answered.replies += 1;
  store.state.changed();
  return post;
}

const shortLink = () => `https://t.co/${shortName()}`;
const shortName = () => randomBytes(8).toString('base64url').replace(/[-_]/g, '0').slice(0, 10);

/** Ids of one length sort as text, so by time. */
export const newestFirst = (posts: Post[]) => posts.toSorted((one, other) => (one.id < other.id ? 1 : -1));

/** A reply mentions whom it answers, and whom that post mentions; nobody mentions themselves. */
function namesFor({ state }: XStore, { userId, names, text }: Post, { username }: User): string[] {
  const all = [`@${state.current.users[userId]?.username}`, ...names, ...(text.match(/(?<!\w)@\w{1,15}/g) ?? [])];
  return [...new Set(all)].filter((name) => name.toLowerCase() !== `@${username.toLowerCase()}`);
}

/** With short links, names before a reply, a link to the files at the end, and with signs of HTML made safe. */
function shownText({ text, links, mediaLink, names }: Post): string {
  let place = 0;
  const short = text.replace(linkPattern, (link) => links[place++]?.url ?? link);
  const safe = short.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return [...names, safe, mediaLink ?? ''].filter(Boolean).join(' ');
}

/** The fields that were asked for, with id and text; a long text is cut, and whole beside. */
function asked(store: XStore, fields: string | undefined, post: Post) {
  const text = shownText(post);
  const entities = { urls: [...post.links.map(linkEntity), ...mediaEntities(store, post)] };
  const media_keys = keysOf(store, post);
  const isLong = weightOf(post.text) > maxWeight.None;
  const view: Record<string, unknown> = {
    created_at: post.createdAt.replace(/\.\d+Z$/, '.000Z'),
    ...(entities.urls.length > 0 && { entities }),
    ...(media_keys.length > 0 && { attachments: { media_keys } }),
    ...(post.replyTo !== null && answerOf(store, post.replyTo)),
    ...(isLong && { note_tweet: { text, entities } }),
    public_metrics: {
      retweet_count: post.reposts,
      reply_count: post.replies,
      like_count: post.likes,
      quote_count: 0,
      bookmark_count: 0,
      impression_count: 0,
    },
  };
  const names = new Set((fields ?? '').split(','));
  const chosen = Object.fromEntries(Object.entries(view).filter(([name]) => names.has(name)));
  return { ...chosen, id: post.id, text: isLong ? `${text.slice(0, 250)}…` : text, edit_history_tweet_ids: [post.id] };
}

/** Whose post it was is told as long as that is there. */
const answerOf = ({ state }: XStore, id: string) => ({
  referenced_tweets: [{ type: 'replied_to', id }],
  in_reply_to_user_id: state.current.posts[id]?.userId,
});

const linkEntity = ({ url, sent }: Post['links'][number]) => ({ url, expanded_url: sent, display_url: sent });

const keysOf = ({ state }: XStore, { mediaIds }: Post) => mediaIds.flatMap((id) => state.current.media[id]?.key ?? []);

/** One for each file, all of the same short link. */
const mediaEntities = (store: XStore, post: Post) =>
  keysOf(store, post).map((media_key) => ({
    url: post.mediaLink,
    expanded_url: `${postUrl(store, post)}/photo/1`,
    display_url: 'pic.x.com',
    media_key,
  }));

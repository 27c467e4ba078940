import type { Context } from 'hono';
import { objectMissing } from '../graph-refusals.ts';
import { avatarUrl } from '../sandbox-pages.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { containerView } from './containers.ts';
import type { Item, Post } from './state.ts';
import { callerOf, postUrl, rootOf, type ThreadsStore } from './store.ts';

const quota = { quota_total: 250, quota_duration: 86_400 };

/** What can be read: the profile, its posts, one post or container, figures, the quota. */
export function addPosts(app: SandboxApp, store: ThreadsStore) {
  const { current } = store.state;

  app.get('/v1.0/me', async (c) => {
    const { profile } = await callerOf(c, store, 'threads_basic');
    const view = {
      username: profile.username,
      name: profile.username,
      threads_profile_picture_url: avatarUrl(store.url),
    };
    return c.json(asked(c, profile.id, { ...view, is_verified: false }));
  });

  const listed = async (c: Context, scope: string, isListed: (post: Post) => boolean) => {
    const { profile } = await callerOf(c, store, scope);
    const user = c.req.param('user') ?? '';
    if (user !== 'me' && user !== profile.id) throw objectMissing(user);
    const { since = '0', limit = '25' } = c.req.query();
    const posts = newestFirst(Object.values(current.posts)).filter(
      (post) => post.profileId === profile.id && Date.parse(post.createdAt) >= Number(since) * 1000 && isListed(post),
    );
    const data = posts.slice(0, Math.min(100, Number(limit))).map((post) => asked(c, post.id, postView(store, post)));
    return c.json({ data, paging: { cursors: { before: '', after: '' } } });
  };
  app.get('/v1.0/:user/threads', (c) => listed(c, 'threads_basic', ({ replyTo }) => replyTo === null));
  app.get('/v1.0/:user/replies', (c) => listed(c, 'threads_read_replies', ({ replyTo }) => replyTo !== null));

  app.get('/v1.0/:user/threads_publishing_limit', async (c) => {
    const { profile } = await callerOf(c, store, 'threads_content_publish');
    const since = store.now().getTime() - quota.quota_duration * 1000;
    const used = Object.values(current.posts).filter(
      ({ profileId, createdAt, replyTo }) =>
        profileId === profile.id && Date.parse(createdAt) > since && replyTo === null,
    );
    return c.json({ data: [{ quota_usage: used.length, config: quota }] });
  });

  app.get('/v1.0/:id/insights', async (c) => {
    const { profile } = await callerOf(c, store, 'threads_manage_insights');
    const post = current.posts[c.req.param('id')];
    if (post?.profileId !== profile.id) throw objectMissing(c.req.param('id'));
    const names = (c.req.query('metric') ?? '').split(',');
    return c.json({ data: names.map((name) => figure(post, name)) });
  });

  app.get('/v1.0/:id', async (c) => {
    const { profile } = await callerOf(c, store, 'threads_basic');
    const id = c.req.param('id');
    const post = current.posts[id];
    const view = post?.profileId === profile.id ? postView(store, post) : containerView(store, id, profile.id);
    return c.json(asked(c, id, view));
  });
}

/** Only the fields that were asked for, and the id. */
function asked(c: Context, id: string, view: Record<string, unknown>) {
  const fields = new Set((c.req.query('fields') ?? '').split(','));
  return { ...Object.fromEntries(Object.entries(view).filter(([name]) => fields.has(name))), id };
}

const mediaTypes = { TEXT: 'TEXT_POST', IMAGE: 'IMAGE', VIDEO: 'VIDEO', CAROUSEL: 'CAROUSEL_ALBUM' } as const;

const mediaView = ({ url }: ThreadsStore, [item]: Item[]) =>
  item && { media_url: `${url}${item.path}`, ...(item.altText !== null && { alt_text: item.altText }) };

/** Times are told in whole seconds. */
const postView = (store: ThreadsStore, post: Post) => ({
  text: post.text,
  shortcode: post.shortcode,
  permalink: postUrl(store, post),
  timestamp: post.createdAt.replace(/\.\d+Z$/, '+0000'),
  username: store.state.current.profiles[post.profileId]?.username,
  media_product_type: 'THREADS',
  media_type: mediaTypes[post.mediaType],
  ...(post.items.length === 1 && mediaView(store, post.items)),
  ...(post.wishes.topicTag !== undefined && { topic_tag: post.wishes.topicTag }),
  ...(post.wishes.linkAttachment !== undefined && { link_attachment_url: post.wishes.linkAttachment }),
  owner: { id: post.profileId },
  is_quote_post: false,
  is_reply: post.replyTo !== null,
  ...(post.replyTo !== null && {
    replied_to: { id: post.replyTo },
    root_post: { id: rootOf(store, post).id },
    is_reply_owned_by_me: true,
  }),
});

const figures: Readonly<Record<string, (post: Post) => number>> = {
  likes: ({ likes }) => likes,
  reposts: ({ reposts }) => reposts,
  replies: ({ replies }) => replies,
};

const figure = (post: Post, name: string) => ({
  name,
  period: 'lifetime',
  values: [{ value: figures[name]?.(post) ?? 0 }],
  title: name,
  id: `${post.id}/insights/${name}/lifetime`,
});

/** Ids of one length sort as text, so by time. */
export const newestFirst = (posts: Post[]) => posts.toSorted((one, other) => (one.id < other.id ? 1 : -1));

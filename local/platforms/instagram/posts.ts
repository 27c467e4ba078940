import type { Context } from 'hono';
import { objectMissing } from '../graph-refusals.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { containerView, quota, usedQuota } from './containers.ts';
import type { Account, Post } from './state.ts';
import { callingAccount, callingToken, type InstagramStore, postUrl } from './store.ts';
import { versionPath } from './version.ts';

/** What can be read: the account, its posts, one post or container, figures, the quota. */
export function addPosts(app: SandboxApp, store: InstagramStore) {
  const { current } = store.state;

  // Of a Facebook user with a user's token, of an account with one of Instagram Login.
  app.get(`${versionPath}/me`, async (c) => {
    const { kind, userId } = await callingToken(c, store);
    if (kind === 'user') return c.json({ id: userId });
    const account = await callingAccount(c, store, 'basic');
    return c.json({ ...asked(c, `app-scoped-${account.id}`, accountView(store, account)) });
  });

  app.get(`${versionPath}/:user/media`, async (c) => {
    const account = await callingAccount(c, store, 'basic');
    const user = c.req.param('user');
    if (user !== 'me' && user !== account.id) throw objectMissing(user);
    const { limit = '25', after = '' } = c.req.query();
    const all = newestFirst(Object.values(current.posts)).filter(({ accountId }) => accountId === account.id);
    const start = after === '' ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const shown = all.slice(start, start + Math.min(100, Number(limit)));
    const data = shown.map((post) => asked(c, post.id, postView(store, post)));
    const cursors = { before: shown[0]?.id ?? '', after: shown.at(-1)?.id ?? '' };
    const next = start + shown.length < all.length ? { next: `${store.url}${c.req.path}?after=${cursors.after}` } : {};
    return c.json({ data, paging: { cursors, ...next } });
  });

  app.get(`${versionPath}/:user/content_publishing_limit`, async (c) => {
    const account = await callingAccount(c, store, 'publish');
    if (c.req.param('user') !== account.id) throw objectMissing(c.req.param('user'));
    const view = { quota_usage: usedQuota(store, account), config: quota };
    const fields = fieldsOf(c);
    return c.json({ data: [Object.fromEntries(Object.entries(view).filter(([name]) => fields.has(name)))] });
  });

  app.get(`${versionPath}/:id/insights`, async (c) => {
    const account = await callingAccount(c, store, 'insights');
    const post = current.posts[c.req.param('id')];
    if (post?.accountId !== account.id) throw objectMissing(c.req.param('id'));
    const names = (c.req.query('metric') ?? '').split(',');
    return c.json({ data: names.map((name) => figure(post, name)) });
  });

  app.get(`${versionPath}/:id`, async (c) => {
    const account = await callingAccount(c, store, 'basic');
    const id = c.req.param('id');
    if (id === account.id) return c.json(asked(c, id, accountView(store, account)));
    const post = current.posts[id];
    const view = post?.accountId === account.id ? postView(store, post) : containerView(store, id, account);
    return c.json(asked(c, id, view));
  });
}

const fieldsOf = (c: Context) => new Set((c.req.query('fields') ?? '').split(','));

/** Only the fields that were asked for, and the id. */
export function asked(c: Context, id: string, view: Record<string, unknown>) {
  const fields = fieldsOf(c);
  return { ...Object.fromEntries(Object.entries(view).filter(([name]) => fields.has(name))), id };
}

const accountView = ({ url }: InstagramStore, { id, username }: Account) => ({
  user_id: id,
  username,
  name: username,
  account_type: 'BUSINESS',
  profile_picture_url: `${url}/pictures/${username}.jpg`,
});

/** Times are told in whole seconds. */
const postView = (store: InstagramStore, post: Post) => ({
  caption: post.caption,
  shortcode: post.shortcode,
  comments_count: post.replies,
  permalink: postUrl(store, post),
  timestamp: post.createdAt.replace(/\.\d+Z$/, '+0000'),
  media_product_type: post.mediaType === 'REELS' ? 'REELS' : 'FEED',
  media_type: { IMAGE: 'IMAGE', REELS: 'VIDEO', VIDEO: 'VIDEO', CAROUSEL: 'CAROUSEL_ALBUM' }[post.mediaType],
});

const figures: Readonly<Record<string, (post: Post) => number>> = {
  likes: ({ likes }) => likes,
  shares: ({ reposts }) => reposts,
  comments: ({ replies }) => replies,
};

const figure = (post: Post, name: string) => ({
  name,
  period: 'lifetime',
  values: [{ value: figures[name]?.(post) ?? 0 }],
  title: name,
  id: `${post.id}/insights/${name}/lifetime`,
});

/** Ids of one length sort as text, so by time. */
export const newestFirst = <Made extends { id: string }>(made: Made[]): Made[] =>
  made.toSorted((one, other) => (one.id < other.id ? 1 : -1));

import { objectMissing } from '../graph-refusals.ts';
import type { SandboxApp, SandboxPost } from '../sandbox-platform.ts';
import { asked, newestFirst } from './posts.ts';
import { invalid } from './refusals.ts';
import type { Comment } from './state.ts';
import { callingAccount, type InstagramStore, nextId, parametersOf, postUrl } from './store.ts';
import { versionPath } from './version.ts';

const maxCharacters = 2200;
const pageSize = 50;
const path = `${versionPath}/:id/comments` as const;

/** https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments */
export function addComments(app: SandboxApp, store: InstagramStore) {
  const { current, changed } = store.state;

  app.post(path, async (c) => {
    const account = await callingAccount(c, store, 'comments');
    const post = current.posts[c.req.param('id')];
    if (post?.accountId !== account.id) throw objectMissing(c.req.param('id'), 'post');
    const { message = '' } = await parametersOf(c);
    if (message.trim() === '') throw invalid('The parameter message is required');
    if ([...message].length > maxCharacters) throw invalid('The comment is too long');
    const id = nextId(store);
    const createdAt = store.now().toISOString();
    current.comments[id] = { id, accountId: account.id, postId: post.id, text: message, createdAt };
    post.replies += 1;
    changed();
    return c.json({ id });
  });

  app.get(path, async (c) => {
    const account = await callingAccount(c, store, 'comments');
    const post = current.posts[c.req.param('id')];
    if (post?.accountId !== account.id) throw objectMissing(c.req.param('id'));
    const { limit = '25', after = '' } = c.req.query();
    const all = newestFirst(Object.values(current.comments)).filter(({ postId }) => postId === post.id);
    const start = after === '' ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const shown = all.slice(start, start + Math.min(pageSize, Number(limit)));
    const data = shown.map((comment) => asked(c, comment.id, commentView(store, comment)));
    const hasMore = start + shown.length < all.length;
    const cursors = { before: shown[0]?.id ?? '', after: shown.at(-1)?.id ?? '' };
    const next = hasMore ? { next: `${store.url}${c.req.path}?after=${cursors.after}` } : {};
    return c.json({ data, ...(shown.length > 0 && { paging: { cursors, ...next } }) });
  });
}

const nameOf = ({ state }: InstagramStore, { accountId }: Comment) => state.current.accounts[accountId]?.username ?? '';

/** The account's own comments come with its id; times are told in whole seconds. */
const commentView = (store: InstagramStore, comment: Comment) => ({
  text: comment.text,
  timestamp: comment.createdAt.replace(/\.\d+Z$/, '+0000'),
  user: { id: comment.accountId },
  from: { id: `scoped-${comment.accountId}`, username: nameOf(store, comment) },
});

export function shownComment(store: InstagramStore, comment: Comment): SandboxPost {
  const { id, postId, text, createdAt } = comment;
  const username = nameOf(store, comment);
  const post = store.state.current.posts[postId];
  return {
    id,
    url: post ? postUrl(store, post) : store.url,
    account: username,
    text,
    createdAt,
    arrivals: [createdAt],
    likes: 0,
    reposts: 0,
    replies: 0,
    replyTo: postId,
    media: [],
    segments: [{ text }],
    paths: { post: [], account: [`/${username}`] },
    details: {},
  };
}

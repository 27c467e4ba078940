import { objectMissing } from '../graph-refusals.ts';
import type { SandboxApp, SandboxPost } from '../sandbox-platform.ts';
import { asked, newestFirst, ownId, pagingOf } from './posts.ts';
import { invalid, mayNotComment, mayNotReadComments } from './refusals.ts';
import type { Comment, Page, Post } from './state.ts';
import { callingPage, type FacebookStore, nextId, onlyKnown, parametersOf, postUrl } from './store.ts';
import { versionPath } from './version.ts';

const maxCharacters = 8000;
const path = `${versionPath}/:id/comments` as const;

/** https://developers.facebook.com/docs/graph-api/reference/object/comments: what a page says below its own posts. */
export function addComments(app: SandboxApp, store: FacebookStore) {
  app.post(path, async (c) => {
    const { page, user } = await callingPage(c, store);
    const post = postNamed(store, page, c.req.param('id'));
    if (!post) throw objectMissing(c.req.param('id'), 'post');
    if (!page.tasks.includes('MODERATE')) throw mayNotComment('MODERATE');
    if (!user.permissions.includes('pages_manage_engagement')) throw mayNotComment('pages_manage_engagement');
    const given = await parametersOf(c);
    onlyKnown(given, ['message']);
    const message = given.message?.trim() ?? '';
    if (message === '') throw invalid('Missing message or attachment');
    if ([...message].length > maxCharacters) throw invalid('The comment is too long');
    const comment = write(store, post, message);
    const { fields } = given;
    return c.json(fields === undefined ? { id: comment.id } : asked(fields, comment.id, commentView(store, comment)));
  });

  app.get(path, async (c) => {
    const { page, user } = await callingPage(c, store);
    if (!user.permissions.includes('pages_read_user_content')) throw mayNotReadComments();
    const post = postNamed(store, page, c.req.param('id'));
    if (!post) throw objectMissing(c.req.param('id'));
    const { limit = '25', after = '', order, summary, fields = 'created_time,from,message' } = c.req.query();
    const newest = newestFirst(commentsOf(store, post));
    const all = order === 'reverse_chronological' ? newest : newest.toReversed();
    const start = after === '' ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const shown = all.slice(start, start + Math.min(100, Number(limit)));
    const data = shown.map((comment) => asked(fields, comment.id, commentView(store, comment)));
    const counted = { summary: { order: 'chronological', total_count: post.replies, can_comment: true } };
    const paging = pagingOf(c, shown, start + shown.length < all.length);
    return c.json({ data, ...paging, ...(summary === 'true' && counted) });
  });
}

/** Posts that are videos answer to the id of the video, too. */
function postNamed({ state: { current } }: FacebookStore, page: Page, id: string): Post | undefined {
  const post = current.posts[id] ?? current.posts[current.videos[id]?.postId ?? ''];
  return post?.pageId === page.id ? post : undefined;
}

function write(store: FacebookStore, post: Post, message: string): Comment {
  const id = `${ownId(post)}_${nextId(store)}`;
  const createdAt = store.now().toISOString();
  const comment = { id, pageId: post.pageId, postId: post.id, message, createdAt };
  store.state.current.comments[id] = comment;
  post.replies += 1;
  store.state.changed();
  return comment;
}

const commentsOf = ({ state }: FacebookStore, { id }: Post) =>
  Object.values(state.current.comments).filter(({ postId }) => postId === id);

const nameOf = ({ state }: FacebookStore, { pageId }: Comment) => state.current.pages[pageId]?.name ?? '';

function commentUrl(store: FacebookStore, comment: Comment): string {
  const post = store.state.current.posts[comment.postId];
  return `${post ? postUrl(store, post) : store.url}?comment_id=${ownId(comment)}`;
}

/** Times are told in whole seconds. */
const commentView = (store: FacebookStore, comment: Comment) => ({
  created_time: comment.createdAt.replace(/\.\d+Z$/, '+0000'),
  from: { name: nameOf(store, comment), id: comment.pageId },
  message: comment.message,
  permalink_url: commentUrl(store, comment),
});

export function shownComment(store: FacebookStore, comment: Comment): SandboxPost {
  const { id, postId, pageId, message, createdAt } = comment;
  return {
    id,
    url: commentUrl(store, comment),
    account: nameOf(store, comment),
    text: message,
    createdAt,
    arrivals: [createdAt],
    likes: 0,
    reposts: 0,
    replies: 0,
    replyTo: postId,
    media: [],
    segments: [{ text: message }],
    paths: { post: [], account: [`/${pageId}`] },
    details: {},
  };
}

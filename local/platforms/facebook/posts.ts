import type { Context } from 'hono';
import { objectMissing } from '../graph-refusals.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { checkMessage, publishPost } from './new-post.ts';
import { attachedPhotos } from './photos.ts';
import { duplicate, invalid, linkInvalid, linkToFacebook, mayNotPost, mayNotRead } from './refusals.ts';
import type { Page, Photo, Post } from './state.ts';
import { callingPage, type FacebookStore, isPermitted, onlyKnown, parametersOf, postUrl } from './store.ts';
import { pageView } from './users.ts';
import { versionPath } from './version.ts';
import { videoView } from './videos.ts';

/** What a page publishes, and what can be read of it. */
export function addPosts(app: SandboxApp, store: FacebookStore) {
  const { current } = store.state;

  app.post(`${versionPath}/:page/feed`, async (c) => {
    const caller = await callingPage(c, store);
    if (!isPermitted(caller, c.req.param('page'), 'pages_manage_posts')) throw mayNotPost();
    const given = await parametersOf(c);
    const { message = '', link, published = 'true', fields } = given;
    onlyKnown(
      given,
      Object.keys(given).filter((name) => /^(message|link|published|attached_media\[\d+\])$/.test(name)),
    );
    if (published !== 'true') throw invalid('The sandbox publishes at once only');
    const photos = attachedPhotos(store, caller.page, given);
    if (photos.length > 0 && link !== undefined) throw invalid('A post shows a link or photos');
    checkMessage(message);
    if (photos.length === 0) checkContent(message, link);
    const post = publish(store, caller.page, { message: message.trim(), link: link ?? null, photos });
    return c.json(fields === undefined ? { id: post.id } : asked(fields, post.id, postView(store, post)));
  });

  app.get(`${versionPath}/:page/published_posts`, async (c) => {
    const caller = await callingPage(c, store);
    if (!isPermitted(caller, c.req.param('page'), 'pages_read_engagement')) throw mayNotRead();
    const { since = '0', limit = '25', after = '', fields = 'created_time,message' } = c.req.query();
    const all = postsOf(store, caller.page).filter(({ createdAt }) => Date.parse(createdAt) >= Number(since) * 1000);
    const start = after === '' ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const shown = all.slice(start, start + Math.min(100, Number(limit)));
    const data = shown.map((post) => asked(fields, post.id, postView(store, post)));
    return c.json({ data, ...pagingOf(c, shown, start + shown.length < all.length) });
  });

  app.get(`${versionPath}/:id`, async (c) => {
    const { page, user } = await callingPage(c, store);
    if (!user.permissions.includes('pages_read_engagement')) throw mayNotRead();
    const { id } = c.req.param();
    const { tasks: _, ...own } = pageView(store, page);
    if (id === page.id) return c.json(asked(c.req.query('fields') ?? 'name', page.id, own));
    const video = current.videos[id];
    if (video?.pageId === page.id) {
      const view = { ...figuresView(current.posts[video.postId ?? '']), ...videoView(store, video) };
      return c.json(asked(c.req.query('fields') ?? 'description', video.id, view));
    }
    const post = current.posts[id];
    if (post?.pageId !== page.id) throw objectMissing(id);
    return c.json(asked(c.req.query('fields') ?? 'created_time,message', post.id, postView(store, post)));
  });
}

function checkContent(message: string, link: string | undefined): void {
  if (message.trim() === '' && link === undefined) throw invalid('Missing message or attachment');
  if (link === undefined) return;
  if (!URL.canParse(link)) throw linkInvalid();
  if (/(^|\.)facebook\.com$/.test(new URL(link).hostname)) throw linkToFacebook();
}

type Content = Pick<Post, 'message' | 'link'> & { photos: Photo[] };

function publish(store: FacebookStore, page: Page, { photos, ...content }: Content): Post {
  const last = postsOf(store, page)[0];
  const isAgain = last?.message === content.message && last.link === content.link;
  if (photos.length === 0 && isAgain && last.files.length === 0) throw duplicate();
  const files = photos.map(({ file }) => file);
  const post = publishPost(store, { pageId: page.id, ...content, title: null, files, videoId: null });
  for (const photo of photos) photo.postId = post.id;
  return post;
}

const postsOf = ({ state }: FacebookStore, page: Page) =>
  newestFirst(Object.values(state.current.posts).filter(({ pageId }) => pageId === page.id));

/** Ids of one length sort as text, so by time. */
export const newestFirst = <Made extends { id: string }>(made: Made[]): Made[] =>
  made.toSorted((one, other) => (ownId(one) < ownId(other) ? 1 : -1));
/** Without that of the page or post before it. */
export const ownId = ({ id }: { id: string }) => id.split('_')[1] ?? '';

/** Only the fields that were asked for, by name whatever is done to them, and the id. */
export function asked(fields: string, id: string, view: Record<string, unknown>) {
  const names = new Set(fields.split(/,(?![^(]*\))/).map((field) => field.split(/[.({]/)[0]));
  return { ...Object.fromEntries(Object.entries(view).filter(([name]) => names.has(name))), id };
}

const figuresView = ({ replies, likes }: Pick<Post, 'replies' | 'likes'> = { replies: 0, likes: 0 }) => ({
  comments: { data: [], summary: { order: 'ranked', total_count: replies, can_comment: true } },
  reactions: { data: [], summary: { total_count: likes, viewer_reaction: 'NONE' } },
});

/** Times are told in whole seconds. Without any share there is no field for them. */
const postView = (store: FacebookStore, post: Post) => ({
  created_time: post.createdAt.replace(/\.\d+Z$/, '+0000'),
  message: post.message,
  permalink_url: postUrl(store, post),
  ...figuresView(post),
  ...(post.reposts > 0 && { shares: { count: post.reposts } }),
});

export function pagingOf(c: Context, shown: readonly { id: string }[], hasMore: boolean) {
  const after = shown.at(-1)?.id;
  if (after === undefined) return {};
  const next = hasMore ? { next: `${new URL(c.req.url).origin}${c.req.path}?after=${after}` } : {};
  return { paging: { cursors: { before: shown[0]?.id, after }, ...next } };
}

import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { shownText } from './little-text.ts';
import { statusOf } from './media.ts';
import { assetWaiting, duplicate, invalid, missing, permissionMissing, roleMissing, tooLong } from './refusals.ts';
import type { Post } from './state.ts';
import { callerOf, checkHeaders, isPostingFor, type LinkedinCaller, type LinkedinStore, nextId } from './store.ts';

const maxCharacters = 3000;
const duplicateMs = 24 * 3600_000;

const AltText = z.string().max(4086).optional();
const Image = z.strictObject({ id: z.string().startsWith('urn:li:image:'), altText: AltText });
/** One of them; polls, documents and the rest are not imitated. */
const Content = z.union([
  z.strictObject({
    media: z.strictObject({
      id: z.string().regex(/^urn:li:(image|video):/),
      title: z.string().max(400).optional(),
      altText: AltText,
    }),
  }),
  z.strictObject({ multiImage: z.strictObject({ images: z.array(Image).min(2).max(20) }) }),
  z.strictObject({
    article: z.strictObject({
      source: z.url(),
      title: z.string().min(1).max(400),
      description: z.string().max(4086).optional(),
    }),
  }),
]);

const NewPost = z.strictObject({
  author: z.string().regex(/^urn:li:(person|organization):\w+$/),
  commentary: z.string(),
  visibility: z.enum(['PUBLIC', 'CONNECTIONS']),
  distribution: z.strictObject({
    feedDistribution: z.enum(['MAIN_FEED', 'NONE']),
    targetEntities: z.array(z.unknown()).max(0).optional(),
    thirdPartyDistributionChannels: z.array(z.unknown()).max(0).optional(),
  }),
  content: Content.optional(),
  lifecycleState: z.literal('PUBLISHED'),
  isReshareDisabledByAuthor: z.boolean().optional(),
});
type NewPost = z.infer<typeof NewPost>;

export const writeScopes = { person: 'w_member_social', organization: 'w_organization_social' };
export const readScopes = { person: 'r_member_social', organization: 'r_organization_social' };

export function addPosts(app: SandboxApp, store: LinkedinStore) {
  const { current, changed } = store.state;

  app.post('/rest/posts', async (c) => {
    checkHeaders(c);
    const caller = callerOf(c, store, Object.values(writeScopes));
    const body = NewPost.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid(z.prettifyError(body.error));
    mayUse(store, caller, { author: body.data.author, scopes: writeScopes });
    const post = publish(store, body.data);
    current.posts[post.id] = post;
    changed();
    return c.body(null, 201, { 'x-restli-id': post.id, 'x-linkedin-id': post.id });
  });

  app.get('/rest/posts', (c) => {
    checkHeaders(c);
    const caller = callerOf(c, store, Object.values(readScopes));
    const { q, author = '', count = '10', start = '0', sortBy = 'LAST_MODIFIED' } = c.req.query();
    if (q !== 'author' || c.req.header('X-RestLi-Method')?.toUpperCase() !== 'FINDER') throw invalid('Unknown finder');
    if (sortBy !== 'LAST_MODIFIED') throw invalid('The sandbox sorts by LAST_MODIFIED only');
    if (Number(count) > 100) throw invalid('count is at most 100');
    mayUse(store, caller, { author, scopes: readScopes });
    const all = newestFirst(Object.values(current.posts).filter((post) => post.author === author));
    const from = Number(start);
    const elements = all.slice(from, from + Number(count)).map(postView);
    return c.json({ paging: { start: from, count: Number(count), links: [] }, elements });
  });

  app.get('/rest/posts/:urn', (c) => {
    checkHeaders(c);
    const caller = callerOf(c, store, Object.values(readScopes));
    const post = current.posts[c.req.param('urn')];
    if (!post) throw missing(`post ${c.req.param('urn')}`);
    mayUse(store, caller, { author: post.author, scopes: readScopes });
    return c.json(postView(post));
  });
}

type Use = { author: string; scopes: typeof writeScopes };

/** Whether the caller's consent and role reach to what is of this author. */
export function mayUse(store: LinkedinStore, caller: LinkedinCaller, { author, scopes }: Use): void {
  const scope = author.startsWith('urn:li:person:') ? scopes.person : scopes.organization;
  if (!caller.token.scopes.includes(scope)) throw permissionMissing(scope);
  if (!isPostingFor(store, caller, author)) throw roleMissing();
}

/** The same text again is refused, but with files it is another post. */
function publish(store: LinkedinStore, { author, commentary, visibility, content }: NewPost): Post {
  const at = store.now();
  const length = [...shownText(commentary)].length;
  if (length > maxCharacters) throw tooLong(length, maxCharacters);
  if (commentary.trim() === '') throw invalid('commentary is empty');
  if (visibility !== 'PUBLIC' && author.startsWith('urn:li:organization:'))
    throw invalid('Posts of organizations are PUBLIC');
  const files = filesOf(store, author, content);
  const earlier = Object.values(store.state.current.posts).find(
    (post) => post.author === author && post.commentary === commentary && at.getTime() - post.createdAt < duplicateMs,
  );
  if (earlier && files.length === 0) throw duplicate(earlier.id);
  return {
    id: `urn:li:share:${nextId(store)}`,
    author,
    commentary,
    visibility,
    files,
    article: content && 'article' in content ? content.article : null,
    createdAt: at.getTime(),
    arrivals: [at.toISOString()],
    likes: 0,
    reposts: 0,
    replies: 0,
  };
}

/** All of them the author's own, and ready. */
function filesOf(store: LinkedinStore, author: string, content: NewPost['content']): Post['files'] {
  if (!content || 'article' in content) return [];
  const shown = 'media' in content ? [content.media] : content.multiImage.images;
  for (const { id } of shown) {
    const media = Object.values(store.state.current.media).find(({ urn }) => urn === id);
    if (media?.owner !== author) throw invalid(`${id} is no media of ${author}`);
    if (statusOf(store, media) !== 'AVAILABLE') throw assetWaiting();
  }
  return shown.map(({ id, altText }) => ({ id, altText: altText ?? null }));
}

/** URNs of one length sort as text, so by time. */
export const newestFirst = (posts: Post[]) => posts.toSorted((one, other) => (one.id < other.id ? 1 : -1));

const postView = (post: Post) => ({ ...mainView(post), ...contentView(post) });

function contentView({ files, article }: Post) {
  const [first] = files;
  const images = files.map(({ id, altText }) => ({ id, ...(altText !== null && { altText }) }));
  if (article) return { content: { article } };
  if (!first) return {};
  return { content: files.length === 1 ? { media: images[0] } : { multiImage: { images } } };
}

const mainView = ({ id, author, commentary, visibility, createdAt }: Post) => ({
  id,
  author,
  commentary,
  visibility,
  lifecycleState: 'PUBLISHED',
  createdAt,
  publishedAt: createdAt,
  lastModifiedAt: createdAt,
  distribution: { feedDistribution: 'MAIN_FEED', thirdPartyDistributionChannels: [] },
  isReshareDisabledByAuthor: false,
  lifecycleStateInfo: { isEditedByAuthor: false },
});

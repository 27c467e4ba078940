import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { shownText } from './little-text.ts';
import { duplicate, invalid, missing, permissionMissing, roleMissing, tooLong } from './refusals.ts';
import type { Post } from './state.ts';
import { callerOf, checkHeaders, isPostingFor, type LinkedinCaller, type LinkedinStore, nextId } from './store.ts';

const maxCharacters = 3000;
const duplicateMs = 24 * 3600_000;

const NewPost = z.strictObject({
  author: z.string().regex(/^urn:li:(person|organization):\w+$/),
  commentary: z.string(),
  visibility: z.enum(['PUBLIC', 'CONNECTIONS']),
  distribution: z.strictObject({
    feedDistribution: z.enum(['MAIN_FEED', 'NONE']),
    targetEntities: z.array(z.unknown()).max(0).optional(),
    thirdPartyDistributionChannels: z.array(z.unknown()).max(0).optional(),
  }),
  lifecycleState: z.literal('PUBLISHED'),
  isReshareDisabledByAuthor: z.boolean().optional(),
});

const writeScopes = { person: 'w_member_social', organization: 'w_organization_social' };
const readScopes = { person: 'r_member_social', organization: 'r_organization_social' };

export function addPosts(app: SandboxApp, store: LinkedinStore) {
  const { current, changed } = store.state;

  app.post('/rest/posts', async (c) => {
    checkHeaders(c);
    const caller = callerOf(c, store, Object.values(writeScopes));
    const body = NewPost.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid(z.prettifyError(body.error));
    const { author, commentary } = body.data;
    mayUse(store, caller, { author, scopes: writeScopes });
    const post = publish(store, author, commentary);
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

function mayUse(store: LinkedinStore, caller: LinkedinCaller, { author, scopes }: Use): void {
  const scope = author.startsWith('urn:li:person:') ? scopes.person : scopes.organization;
  if (!caller.token.scopes.includes(scope)) throw permissionMissing(scope);
  if (!isPostingFor(store, caller, author)) throw roleMissing();
}

function publish(store: LinkedinStore, author: string, commentary: string): Post {
  const at = store.now();
  const length = [...shownText(commentary)].length;
  if (length > maxCharacters) throw tooLong(length, maxCharacters);
  if (commentary.trim() === '') throw invalid('commentary is empty');
  const earlier = Object.values(store.state.current.posts).find(
    (post) => post.author === author && post.commentary === commentary && at.getTime() - post.createdAt < duplicateMs,
  );
  if (earlier) throw duplicate(earlier.id);
  return {
    id: `urn:li:share:${nextId(store)}`,
    author,
    commentary,
    createdAt: at.getTime(),
    arrivals: [at.toISOString()],
    likes: 0,
    reposts: 0,
    replies: 0,
  };
}

/** URNs of one length sort as text, so by time. */
export const newestFirst = (posts: Post[]) => posts.toSorted((one, other) => (one.id < other.id ? 1 : -1));

const postView = ({ id, author, commentary, createdAt }: Post) => ({
  id,
  author,
  commentary,
  visibility: 'PUBLIC',
  lifecycleState: 'PUBLISHED',
  createdAt,
  publishedAt: createdAt,
  lastModifiedAt: createdAt,
  distribution: { feedDistribution: 'MAIN_FEED', thirdPartyDistributionChannels: [] },
  isReshareDisabledByAuthor: false,
  lifecycleStateInfo: { isEditedByAuthor: false },
});

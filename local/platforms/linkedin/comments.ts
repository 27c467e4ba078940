import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { mayUse, readScopes, writeScopes } from './posts.ts';
import { invalid, missing } from './refusals.ts';
import type { Comment } from './state.ts';
import { callerOf, checkHeaders, idOf, type LinkedinStore, nextId } from './store.ts';

const maxCharacters = 1250;

/** Attributes, pictures and answers to comments are not imitated. */
const NewComment = z.strictObject({
  actor: z.string().regex(/^urn:li:(person|organization):\w+$/),
  object: z.string(),
  message: z.strictObject({ text: z.string().trim().min(1) }),
});

/** https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api */
export function addComments(app: SandboxApp, store: LinkedinStore) {
  const { current, changed } = store.state;

  app.post('/rest/socialActions/:post/comments', async (c) => {
    checkHeaders(c);
    const caller = callerOf(c, store, Object.values(writeScopes));
    const body = NewComment.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid(z.prettifyError(body.error));
    const { actor, object, message } = body.data;
    mayUse(store, caller, { author: actor, scopes: writeScopes });
    const post = postNamed(store, c.req.param('post'));
    if (object !== post.id) throw invalid(`object is not ${post.id}`);
    if ([...message.text].length > maxCharacters) throw invalid('The comment is too long');
    const id = nextId(store);
    const comment = { id, post: post.id, actor, text: message.text, createdAt: store.now().getTime() };
    current.comments[id] = comment;
    post.replies += 1;
    changed();
    return c.json(commentView(comment), 201, { 'x-restli-id': id });
  });

  app.get('/rest/socialActions/:post/comments', (c) => {
    checkHeaders(c);
    const caller = callerOf(c, store, Object.values(readScopes));
    const post = postNamed(store, c.req.param('post'));
    mayUse(store, caller, { author: post.author, scopes: readScopes });
    const { count = '10', start = '0' } = c.req.query();
    const all = Object.values(current.comments).filter((comment) => comment.post === post.id);
    const from = Number(start);
    return c.json({
      paging: { start: from, count: Number(count), total: all.length, links: [] },
      elements: all.slice(from, from + Number(count)).map(commentView),
    });
  });
}

function postNamed({ state }: LinkedinStore, urn: string) {
  const post = state.current.posts[urn];
  if (!post) throw missing(`post ${urn}`);
  return post;
}

/** Comments hang on the activity of a post, which has another name than the post. */
export const commentUrn = ({ id, post }: Comment) => `urn:li:comment:(urn:li:activity:${idOf(post)},${id})`;

const commentView = (comment: Comment) => ({
  actor: comment.actor,
  commentUrn: commentUrn(comment),
  created: { actor: comment.actor, time: comment.createdAt },
  id: comment.id,
  lastModified: { actor: comment.actor, time: comment.createdAt },
  message: { attributes: [], text: comment.text },
  object: `urn:li:activity:${idOf(comment.post)}`,
});

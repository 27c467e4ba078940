import { objectMissing, permissionMissing } from '../graph-refusals.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { statusOf } from './container-status.ts';
import { newContent } from './new-container.ts';
import { mediaNotFound } from './not-found.ts';
import type { Container, Post } from './state.ts';
import { callerOf, nextId, parametersOf, type ThreadsCaller, type ThreadsStore } from './store.ts';

const publishScope = 'threads_content_publish';
const replyScope = 'threads_manage_replies';

/** The two steps of publishing, and the status between them. */
export function addContainers(app: SandboxApp, store: ThreadsStore) {
  app.post('/v1.0/:user/threads', async (c) => {
    const caller = await callerOf(c, store, publishScope);
    ownOnly(caller, c.req.param('user'));
    const given = await parametersOf(c);
    if (given.reply_to_id !== undefined && !caller.token.scopes.includes(replyScope))
      throw permissionMissing(replyScope);
    const content = await newContent(store, caller.profile.id, given);
    const at = store.now();
    const container: Container = {
      ...content,
      id: nextId(store),
      profileId: caller.profile.id,
      createdAt: at.toISOString(),
      readyAt: new Date(at.getTime() + store.processingMs).toISOString(),
      postId: null,
    };
    store.state.current.containers[container.id] = container;
    store.state.changed();
    return c.json({ id: container.id });
  });

  app.post('/v1.0/:user/threads_publish', async (c) => {
    const caller = await callerOf(c, store, publishScope);
    ownOnly(caller, c.req.param('user'));
    const { creation_id = '' } = await parametersOf(c);
    const container = store.state.current.containers[creation_id];
    const earlier = store.state.current.posts[container?.postId ?? ''];
    if (earlier) earlier.arrivals.push(store.now().toISOString());
    const isTheirs = container?.profileId === caller.profile.id && !container.isCarouselItem;
    if (!isTheirs || statusOf(store, container) !== 'FINISHED') throw mediaNotFound(creation_id);
    return c.json({ id: publish(store, container).id });
  });
}

const ownOnly = ({ profile }: ThreadsCaller, user: string) => {
  if (user !== 'me' && user !== profile.id) throw permissionMissing(publishScope);
};

/** A container as `GET /{id}` answers it. */
export function containerView(store: ThreadsStore, id: string, profileId: string): Record<string, unknown> {
  const container = store.state.current.containers[id];
  if (container?.profileId !== profileId) throw objectMissing(id);
  const { error } = container;
  return { status: statusOf(store, container), ...(error !== null && { error_message: error }) };
}

function publish(store: ThreadsStore, container: Container): Post {
  const at = store.now().toISOString();
  const id = nextId(store);
  const post: Post = {
    id,
    profileId: container.profileId,
    mediaType: container.mediaType,
    text: container.text,
    items: container.items,
    wishes: container.wishes,
    replyTo: container.replyTo,
    shortcode: `C${BigInt(id).toString(36)}`,
    createdAt: at,
    containerId: container.id,
    arrivals: [at],
    likes: 0,
    reposts: 0,
    replies: 0,
  };
  container.postId = id;
  store.state.current.posts[id] = post;
  const answered = store.state.current.posts[post.replyTo ?? ''];
  if (answered) answered.replies += 1;
  store.state.changed();
  return post;
}

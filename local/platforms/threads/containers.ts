import { graphError, invalidParameter, objectMissing, permissionMissing } from '../graph-refusals.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import type { Container, Post } from './state.ts';
import { callerOf, nextId, parametersOf, type ThreadsCaller, type ThreadsStore } from './store.ts';
import { checkText } from './text-rules.ts';

const lifeMs = 24 * 3600_000;
const publishScope = 'threads_content_publish';

/** The two steps of publishing, and the status between them. */
export function addContainers(app: SandboxApp, store: ThreadsStore) {
  app.post('/v1.0/:user/threads', async (c) => {
    const caller = await callerOf(c, store, publishScope);
    ownOnly(caller, c.req.param('user'));
    const { media_type, text = '' } = await parametersOf(c);
    if (media_type !== 'TEXT') throw invalidParameter('The sandbox takes media_type TEXT only');
    checkText(text);
    const at = store.now();
    const container: Container = {
      id: nextId(store),
      profileId: caller.profile.id,
      text: text.trim(),
      createdAt: at.toISOString(),
      readyAt: new Date(at.getTime() + store.processingMs).toISOString(),
      error: null,
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
    if (container?.profileId !== caller.profile.id || statusOf(store, container) !== 'FINISHED')
      throw mediaNotFound(creation_id);
    return c.json({ id: publish(store, container).id });
  });
}

const ownOnly = ({ profile }: ThreadsCaller, user: string) => {
  if (user !== 'me' && user !== profile.id) throw permissionMissing(publishScope);
};

/** What is there no more, not yet, or was published before. */
const mediaNotFound = (id: string) =>
  graphError({
    message: 'The requested resource does not exist',
    code: 24,
    subcode: 4279009,
    isTransient: false,
    user: { title: 'Media Not Found', message: `The media with id ${id} cannot be found.` },
  });

type Status = 'EXPIRED' | 'ERROR' | 'FINISHED' | 'IN_PROGRESS' | 'PUBLISHED';

function statusOf({ now }: ThreadsStore, { createdAt, readyAt, error, postId }: Container): Status {
  if (postId !== null) return 'PUBLISHED';
  if (now().getTime() - Date.parse(createdAt) > lifeMs) return 'EXPIRED';
  if (error !== null) return 'ERROR';
  return readyAt <= now().toISOString() ? 'FINISHED' : 'IN_PROGRESS';
}

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
    text: container.text,
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
  store.state.changed();
  return post;
}

import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { postView, profileView } from './feed-views.ts';
import { invalidRequest, xrpcError } from './refusals.ts';
import type { StoredRecord } from './state.ts';
import { type BlueskyStore, findAccount } from './store.ts';
import { callerOf } from './tokens.ts';
import { queryOf } from './xrpc-input.ts';

const maxUris = 25;
const ThreadQuery = z.object({
  uri: z.string(),
  depth: z.coerce.number().int().min(0).max(1000).default(6),
  parentHeight: z.coerce.number().int().min(0).max(1000).default(80),
});

/** The read side, which a real server passes on to the network's AppView; as there, only for those signed in. */
export function addFeed(app: SandboxApp, store: BlueskyStore) {
  app.get('/xrpc/app.bsky.actor.getProfile', (c) => {
    callerOf(c, store);
    const account = findAccount(store, queryOf(c, z.object({ actor: z.string() })).actor);
    if (!account) throw invalidRequest('Profile not found');
    return c.json(profileView(store, account));
  });

  app.get('/xrpc/app.bsky.feed.getPosts', (c) => {
    callerOf(c, store);
    const uris = c.req.queries('uris') ?? [];
    if (uris.length === 0) throw invalidRequest('Missing required key "uris" at $');
    if (uris.length > maxUris) throw invalidRequest(`array too big (maximum ${maxUris}, got ${uris.length}) at $.uris`);
    return c.json({ posts: uris.flatMap((uri) => findPost(store, uri) ?? []).map((post) => postView(store, post)) });
  });

  app.get('/xrpc/app.bsky.feed.getPostThread', (c) => {
    callerOf(c, store);
    const { uri, depth, parentHeight } = queryOf(c, ThreadQuery);
    const post = findPost(store, uri);
    if (!post) throw xrpcError(400, 'NotFound', `Post not found: ${uri}`);
    return c.json({ thread: { ...above(store, post, parentHeight), ...below(store, post, depth) } });
  });
}

/** A post by its URI, with a DID or a handle in it. */
function findPost(store: BlueskyStore, uri: string): StoredRecord | undefined {
  const [, name = '', rest = ''] = /^at:\/\/([^/]+)\/(app\.bsky\.feed\.post\/.+)$/.exec(uri) ?? [];
  return store.state.current.records[`at://${findAccount(store, name)?.did}/${rest}`];
}

const Reply = z.object({ reply: z.object({ parent: z.object({ uri: z.string() }) }) });
const parentUri = ({ value }: StoredRecord) => Reply.safeParse(value).data?.reply.parent.uri;

type Thread = Record<string, unknown>;
const threadType = { $type: 'app.bsky.feed.defs#threadViewPost' };

function above(store: BlueskyStore, post: StoredRecord, height: number): Thread {
  const uri = parentUri(post);
  const view = { ...threadType, post: postView(store, post) };
  if (uri === undefined || height === 0) return view;
  const parent = findPost(store, uri);
  const notFound = { $type: 'app.bsky.feed.defs#notFoundPost', uri, notFound: true };
  return { ...view, parent: parent ? above(store, parent, height - 1) : notFound };
}

function below(store: BlueskyStore, post: StoredRecord, depth: number): Thread {
  const view = { ...threadType, post: postView(store, post) };
  if (depth === 0) return view;
  const replies = Object.values(store.state.current.records).filter((record) => parentUri(record) === post.uri);
  return { ...view, replies: replies.map((reply) => below(store, reply, depth - 1)) };
}

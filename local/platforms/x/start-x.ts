import { openFiles } from '../sandbox-files.ts';
import { addConsentPage } from '../sandbox-oauth.ts';
import type { Sandbox, SandboxOptions, SandboxPlatform, SandboxPost } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addMedia } from './media.ts';
import { addPosts, newestFirst } from './posts.ts';
import { failed, missing, throttled } from './refusals.ts';
import { freshX, type Media, type Post, XState } from './state.ts';
import { postUrl, userNamed, type XStore } from './store.ts';
import { addTokens } from './tokens.ts';

export type XOptions = SandboxOptions & {
  /** Accounts there are from the start; any other name can sign in too. */
  accounts?: readonly string[];
  /** Which of all names pay, and may write long. */
  premium?: readonly string[];
  /** How long GIFs and videos are processed. Default: two seconds. */
  processingMs?: number;
};

const codeSeconds = 30;

/** A server that speaks the protocol of the X API, for development and tests. */
export async function startX(options: XOptions = {}): Promise<Sandbox> {
  const { file, accounts = ['alice', 'bob'], premium = [], processingMs = 2000, now = () => new Date() } = options;
  const state = await openState({ file, schema: XState, fresh: freshX });
  return startSandbox(options, (url) => {
    const store = { url, state, now, premium, processingMs, files: openFiles(file) };
    for (const username of accounts) userNamed(store, username);
    return xPlatform(store);
  });
}

function xPlatform(store: XStore): SandboxPlatform {
  const { current, changed } = store.state;
  const posts = () => newestFirst(Object.values(current.posts));
  return {
    name: 'X',
    protocolPaths: ['/2/*', '/i/oauth2/*'],
    addRoutes(app) {
      addConsentPage(app, {
        platform: 'X',
        path: '/i/oauth2/authorize',
        grants: current.grants,
        changed,
        now: store.now,
        usernames: () => Object.values(current.users).map(({ username }) => username),
        codeSeconds,
        needsChallenge: true,
      });
      addTokens(app, store);
      addMedia(app, store);
      addPosts(app, store);
      app.all('/2/*', (c) => {
        throw missing(`There is no ${c.req.path}`);
      });
    },
    posts: () => posts().map((post) => sandboxPost(store, post)),
    deletePosts() {
      current.posts = {};
      changed();
    },
    setFigures(postId, figures) {
      const post = current.posts[postId];
      if (!post) return false;
      Object.assign(post, figures);
      changed();
      return true;
    },
    expireTokens() {
      for (const token of Object.values(current.tokens))
        if (token.kind === 'access') token.expiresAt = store.now().toISOString();
      changed();
    },
    rateLimited: (retryAfterSeconds) => throttled(retryAfterSeconds, store.now()),
    failed,
    flush: () => store.state.flush(),
  };
}

function sandboxPost(store: XStore, post: Post): SandboxPost {
  const { users, media } = store.state.current;
  const username = users[post.userId]?.username ?? '';
  const { id, text, links, mediaIds, wishes, createdAt, arrivals, likes, reposts, replies, replyTo } = post;
  return {
    id,
    url: postUrl(store, post),
    account: username,
    text,
    createdAt,
    arrivals,
    likes,
    reposts,
    replies,
    replyTo,
    media: mediaIds.flatMap((mediaId) => (media[mediaId] ? shownMedia(store, media[mediaId]) : [])),
    segments: [{ text }],
    paths: { post: [`/${username}/status/${id}`], account: [`/${username}`] },
    details: { links, wishes },
  };
}

const shownMedia = ({ url }: XStore, { id, type, totalBytes, altText }: Media) => ({
  url: `${url}/media/${id}`,
  description: altText ?? '',
  type,
  bytes: totalBytes,
  altText,
});

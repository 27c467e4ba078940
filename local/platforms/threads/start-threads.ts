import { failed, graphError, throttled } from '../graph-refusals.ts';
import { addKeptFiles, sandboxMedia } from '../kept-files.ts';
import { openFiles } from '../sandbox-files.ts';
import { addConsentPage } from '../sandbox-oauth.ts';
import type { Sandbox, SandboxOptions, SandboxPlatform, SandboxPost, TextSegment } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addContainers } from './containers.ts';
import { addPosts, newestFirst } from './posts.ts';
import { freshThreads, type Post, ThreadsState } from './state.ts';
import { postUrl, profileNamed, type ThreadsStore } from './store.ts';
import { addTokens } from './tokens.ts';

export type ThreadsOptions = SandboxOptions & {
  /** Profiles there are from the start; any other name can sign in too. */
  accounts?: readonly string[];
  /** How long a container is in progress. Default: ready at once. */
  processingMs?: number;
};

const codeSeconds = 3600;

/** A server that speaks the protocol of the Threads API, for development and tests. */
export async function startThreads(options: ThreadsOptions = {}): Promise<Sandbox> {
  const { file, accounts = ['alice', 'bob'], processingMs = 0, now = () => new Date() } = options;
  const state = await openState({ file, schema: ThreadsState, fresh: freshThreads });
  const files = openFiles(file);
  return startSandbox(options, (url) => {
    const store = { url, state, files, now, processingMs };
    for (const username of accounts) profileNamed(store, username);
    return threadsPlatform(store);
  });
}

function threadsPlatform(store: ThreadsStore): SandboxPlatform {
  const { current, changed } = store.state;
  const posts = () => newestFirst(Object.values(current.posts));
  return {
    name: 'Threads',
    protocolPaths: ['/v1.0/*', '/oauth/*', '/access_token', '/refresh_access_token'],
    addRoutes(app) {
      addConsentPage(app, {
        platform: 'Threads',
        path: '/oauth/authorize',
        grants: current.grants,
        changed,
        now: store.now,
        usernames: () => Object.values(current.profiles).map(({ username }) => username),
        codeSeconds,
        answerSuffix: '#_',
      });
      addTokens(app, store);
      addKeptFiles(app, store.files);
      addPosts(app, store);
      addContainers(app, store);
      app.all('/v1.0/*', () => {
        throw graphError({ message: 'Unknown path components', code: 2500 });
      });
    },
    posts: () => posts().map((post) => sandboxPost(store, post)),
    deletePosts() {
      current.posts = {};
      current.containers = {};
      changed();
    },
    setFigures(postId, figures) {
      const post = current.posts[postId] ?? posts().find((one) => postUrl(store, one) === postId);
      if (!post) return false;
      Object.assign(post, figures);
      changed();
      return true;
    },
    expireTokens() {
      for (const token of Object.values(current.tokens)) token.expiresAt = store.now().toISOString();
      changed();
    },
    rateLimited: throttled,
    failed,
    flush: () => store.state.flush(),
  };
}

function sandboxPost(store: ThreadsStore, post: Post): SandboxPost {
  const username = store.state.current.profiles[post.profileId]?.username ?? '';
  return {
    id: post.id,
    url: postUrl(store, post),
    account: username,
    text: post.text,
    createdAt: post.createdAt,
    arrivals: post.arrivals,
    likes: post.likes,
    reposts: post.reposts,
    replies: post.replies,
    replyTo: post.replyTo,
    media: post.items.map((item) => sandboxMedia(store.url, item)),
    segments: segmentsOf(post),
    paths: { post: [`/@${username}/post/${post.shortcode}`], account: [`/@${username}`] },
    details: { containerId: post.containerId, ...post.wishes },
  };
}

function segmentsOf({ text, wishes: { linkAttachment } }: Post): TextSegment[] {
  const attached = linkAttachment === undefined ? [] : [{ text: '\n' }, { text: linkAttachment, href: linkAttachment }];
  return [{ text }, ...attached];
}

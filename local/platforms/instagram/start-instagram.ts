import { failed, graphError } from '../graph-refusals.ts';
import { addConsentPage } from '../sandbox-oauth.ts';
import type { Sandbox, SandboxApp, SandboxOptions, SandboxPlatform, SandboxPost } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addComments, shownComment } from './comments.ts';
import { addContainers } from './containers.ts';
import { addFacebookUsers } from './facebook-users.ts';
import { addInstagramTokens } from './instagram-tokens.ts';
import { addPosts, newestFirst } from './posts.ts';
import { accountThrottled } from './refusals.ts';
import { freshInstagram, InstagramState, type Post } from './state.ts';
import { accountNamed, type InstagramStore, postUrl } from './store.ts';
import { versionPath } from './version.ts';

export type InstagramOptions = SandboxOptions & {
  /** Accounts there are from the start; any other name can sign in too. */
  accounts?: readonly string[];
  /** Accounts that are linked to the pages of Facebook users; others have one, of their own name. */
  linked?: Readonly<Record<string, readonly string[]>>;
  /** How long a container of a video is in progress. Default: ready at once. */
  processingMs?: number;
};

const codeSeconds = 3600;
const usualLinks = { bob: ['bobs.bikes', 'bobs.books'] };

/** A server that speaks the protocol of the Instagram API with both logins, for development and tests. */
export async function startInstagram(options: InstagramOptions = {}): Promise<Sandbox> {
  const { file, accounts = ['alice', 'bob'], linked = usualLinks, processingMs = 0, now = () => new Date() } = options;
  const state = await openState({ file, schema: InstagramState, fresh: freshInstagram });
  return startSandbox(options, (url) => {
    const store = { url, state, now, processingMs, linked };
    for (const username of accounts) accountNamed(store, username);
    return instagramPlatform(store);
  });
}

function instagramPlatform(store: InstagramStore): SandboxPlatform {
  const { current, changed } = store.state;
  const posts = () => newestFirst(Object.values(current.posts));
  return {
    name: 'Instagram',
    protocolPaths: [`${versionPath}/*`, '/oauth/*', '/access_token', '/refresh_access_token'],
    addRoutes: (app) => addRoutes(app, store),
    posts: () =>
      newestFirst([
        ...posts().map((post) => sandboxPost(store, post)),
        ...Object.values(current.comments).map((comment) => shownComment(store, comment)),
      ]),
    deletePosts() {
      current.posts = {};
      current.containers = {};
      current.comments = {};
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
    rateLimited: accountThrottled,
    failed,
    flush: () => store.state.flush(),
  };
}

function addRoutes(app: SandboxApp, store: InstagramStore) {
  const { current, changed } = store.state;
  const consent = { changed, now: store.now, codeSeconds };
  addConsentPage(app, {
    ...consent,
    platform: 'Instagram',
    path: '/oauth/authorize',
    grants: current.grants,
    usernames: () => Object.values(current.accounts).map(({ username }) => username),
    answerSuffix: '#_',
  });
  addConsentPage(app, {
    ...consent,
    platform: 'Facebook Login',
    path: `${versionPath}/dialog/oauth`,
    grants: current.facebookGrants,
    usernames: () => [...new Set([...Object.keys(store.linked), 'alice'])],
    answerSuffix: '#_=_',
  });
  addInstagramTokens(app, store);
  addFacebookUsers(app, store);
  addPosts(app, store);
  addContainers(app, store);
  addComments(app, store);
  app.all(`${versionPath}/*`, () => {
    throw graphError({ message: 'Unknown path components', code: 2500 });
  });
}

function sandboxPost(store: InstagramStore, post: Post): SandboxPost {
  const username = store.state.current.accounts[post.accountId]?.username ?? '';
  const { id, caption, createdAt, arrivals, likes, reposts, replies, containerId, mediaType, items, wishes } = post;
  return {
    id,
    url: postUrl(store, post),
    account: username,
    text: caption,
    createdAt,
    arrivals,
    likes,
    reposts,
    replies,
    replyTo: null,
    media: items.map(({ url, altText }) => ({ url, description: altText ?? '' })),
    segments: [{ text: caption }],
    paths: { post: [new URL(postUrl(store, post)).pathname], account: [`/${username}`] },
    details: { containerId, mediaType, wishes },
  };
}

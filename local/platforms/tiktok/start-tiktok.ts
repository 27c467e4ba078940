import { addConsentPage } from '../sandbox-oauth.ts';
import type { Sandbox, SandboxOptions, SandboxPlatform, SandboxPost } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addCreators } from './creators.ts';
import { addPublishings } from './publishings.ts';
import { failed, throttled, tiktokError } from './refusals.ts';
import { freshTiktok, type Post, TiktokState } from './state.ts';
import { creatorNamed, postUrl, type TiktokStore, usernameOf } from './store.ts';
import { addTokens } from './tokens.ts';
import { addUploads } from './uploads.ts';
import { addVideos, newestFirst } from './videos.ts';

export type TiktokSandboxOptions = SandboxOptions & {
  /** Creators there are from the start; any other name can sign in too. */
  accounts?: readonly string[];
  /** Of all names, creators who let nobody comment, and post for themselves only. */
  restricted?: readonly string[];
  processingSeconds?: number;
  maxVideoSeconds?: number;
};

const codeSeconds = 300;

/** A server that speaks the protocol of TikTok's Login Kit and Content Posting API, for development and tests. */
export async function startTiktok(options: TiktokSandboxOptions = {}): Promise<Sandbox> {
  const { file, accounts = ['alice', 'bob'], now = () => new Date() } = options;
  const { restricted = [], processingSeconds = 0, maxVideoSeconds = 600 } = options;
  const state = await openState({ file, schema: TiktokState, fresh: freshTiktok });
  return startSandbox(options, (url) => {
    const store = { url, state, now, restricted, processingSeconds, maxVideoSeconds };
    for (const username of accounts) creatorNamed(store, username);
    return tiktokPlatform(store);
  });
}

function tiktokPlatform(store: TiktokStore): SandboxPlatform {
  const { current, changed } = store.state;
  return {
    name: 'TikTok',
    protocolPaths: ['/v2/*', '/video/'],
    addRoutes(app) {
      addConsentPage(app, {
        platform: 'TikTok',
        path: '/v2/auth/authorize/',
        grants: current.grants,
        changed,
        now: store.now,
        usernames: () => Object.values(current.creators).map(({ username }) => username),
        codeSeconds,
        clientField: 'client_key',
      });
      addTokens(app, store);
      addCreators(app, store);
      addPublishings(app, store);
      addUploads(app, store);
      addVideos(app, store);
      app.all('/v2/*', (c) => {
        throw tiktokError(404, 'invalid_params', `Unsupported path: ${c.req.path}`);
      });
    },
    posts: () => newestFirst(store).map((post) => sandboxPost(store, post)),
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
    // TikTok tells nobody when it will take calls again.
    rateLimited: () => throttled(),
    failed,
    flush: () => store.state.flush(),
  };
}

function sandboxPost(store: TiktokStore, post: Post): SandboxPost {
  const username = usernameOf(store, post.openId);
  const { id, publishId, kind, asked, size, sha256, photos, createdAt, likes, reposts, replies } = post;
  const text = asked.description || asked.title;
  return {
    ...{ id, text, createdAt, likes, reposts, replies },
    url: postUrl(store, post),
    account: username,
    arrivals: [createdAt],
    replyTo: null,
    media: photos.map((url) => ({ url, description: '' })),
    segments: [{ text }],
    paths: { post: [`/@${username}/${kind}/${id}`], account: [`/@${username}`] },
    details: { publishId, kind, asked, size, sha256, photos },
  };
}

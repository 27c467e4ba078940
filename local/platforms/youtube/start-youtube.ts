import { addConsentPage } from '../sandbox-oauth.ts';
import type { Sandbox, SandboxOptions, SandboxPlatform, SandboxPost } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addComments } from './comments.ts';
import { addReads, newestFirst } from './reads.ts';
import { failed, missing, throttled } from './refusals.ts';
import { type Comment, freshYoutube, type Video, YoutubeState } from './state.ts';
import { channelOf, type YoutubeStore } from './store.ts';
import { addTokens } from './tokens.ts';
import { addUploads } from './uploads.ts';

export type YoutubeOptions = SandboxOptions & {
  /** Channels there are from the start; any other name can sign in too. */
  accounts?: readonly string[];
};

const codeSeconds = 600;

/** A server that speaks the protocols of Google's sign-in and the YouTube Data API, for development and tests. */
export async function startYoutube(options: YoutubeOptions = {}): Promise<Sandbox> {
  const { file, accounts = ['alice', 'bob'], now = () => new Date() } = options;
  const state = await openState({ file, schema: YoutubeState, fresh: freshYoutube });
  return startSandbox(options, (url) => {
    const store = { url, state, now };
    for (const username of accounts) channelOf(store, username);
    return youtubePlatform(store);
  });
}

function youtubePlatform(store: YoutubeStore): SandboxPlatform {
  const { current, changed } = store.state;
  return {
    name: 'YouTube',
    protocolPaths: ['/youtube/v3/*', '/upload/*', '/o/oauth2/*', '/token', '/revoke'],
    addRoutes(app) {
      addConsentPage(app, {
        platform: 'YouTube',
        path: '/o/oauth2/v2/auth',
        grants: current.grants,
        changed,
        now: store.now,
        usernames: () => Object.values(current.channels).map(({ username }) => username),
        codeSeconds,
      });
      addTokens(app, store);
      addUploads(app, store);
      addReads(app, store);
      addComments(app, store);
      // Pages are told apart by their paths.
      app.get('/watch', (c) => c.redirect(pagePath(c.req.query('v'), c.req.query('lc'))));
      for (const path of ['/youtube/v3/*', '/upload/*'])
        app.all(path, (c) => {
          throw missing('notFound', `There is no ${c.req.path}`);
        });
    },
    posts: () => [
      ...newestFirst(current.comments).map((comment) => sandboxComment(store, comment)),
      ...newestFirst(current.videos).map((video) => sandboxPost(store, video)),
    ],
    deletePosts() {
      current.videos = {};
      current.comments = {};
      changed();
    },
    setFigures(postId, { likes, replies }) {
      const video = current.videos[postId];
      if (!video) return false;
      Object.assign(video, { ...(likes !== undefined && { likes }), ...(replies !== undefined && { replies }) });
      changed();
      return true;
    },
    expireTokens() {
      for (const token of Object.values(current.tokens))
        if (token.kind === 'access') token.expiresAt = store.now().toISOString();
      changed();
    },
    // YouTube tells nobody when it will take calls again.
    rateLimited: () => throttled(),
    failed,
    flush: () => store.state.flush(),
  };
}

const pagePath = (videoId = '', commentId?: string) =>
  `/watch/${[videoId, ...(commentId ? [commentId] : [])].map(encodeURIComponent).join('/')}`;

function sandboxPost({ url, state }: YoutubeStore, video: Video): SandboxPost {
  const username = state.current.channels[video.channelId]?.username ?? '';
  const { id, title, description, createdAt, likes, replies } = video;
  const { privacyStatus, madeForKids, tags, notifySubscribers, size, sha256 } = video;
  return {
    ...{ id, createdAt, likes, replies },
    url: `${url}/watch?v=${id}`,
    account: username,
    text: description,
    arrivals: [createdAt],
    reposts: 0,
    replyTo: null,
    media: [],
    segments: [{ text: `${title}\n\n${description}` }],
    paths: { post: [`/watch/${id}`], account: [`/@${username}`] },
    details: { title, privacyStatus, madeForKids, tags, notifySubscribers, size, sha256 },
  };
}

function sandboxComment({ url, state }: YoutubeStore, comment: Comment): SandboxPost {
  const { id, videoId, authorChannelId, text, createdAt } = comment;
  const username = state.current.channels[authorChannelId]?.username ?? '';
  return {
    ...{ id, text, createdAt, arrivals: [createdAt], likes: 0, reposts: 0, replies: 0, media: [] },
    url: `${url}/watch?v=${videoId}&lc=${id}`,
    account: username,
    replyTo: videoId,
    segments: [{ text }],
    paths: { post: [pagePath(videoId, id)], account: [`/@${username}`] },
    details: {},
  };
}

import { failed, graphError } from '../graph-refusals.ts';
import { addKeptFiles, sandboxMedia } from '../kept-files.ts';
import { openFiles } from '../sandbox-files.ts';
import { addConsentPage } from '../sandbox-oauth.ts';
import type { Sandbox, SandboxOptions, SandboxPlatform, SandboxPost } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addComments, shownComment } from './comments.ts';
import { addPhotos } from './photos.ts';
import { addPosts, newestFirst } from './posts.ts';
import { addReels } from './reels.ts';
import { pageThrottled } from './refusals.ts';
import { FacebookState, freshFacebook, type Post } from './state.ts';
import { type FacebookStore, postPath, postUrl, userNamed } from './store.ts';
import { addUsers } from './users.ts';
import { versionPath } from './version.ts';
import { addVideos, publishProcessed } from './videos.ts';

export type FacebookOptions = SandboxOptions & {
  /** Users there are from the start with their pages; any other name can sign in too, and has one page. */
  pages?: Readonly<Record<string, readonly string[]>>;
  /** How long a video is processed; a reel from its publication on. Default: ready at once. */
  processingMs?: number;
  /** Then it fails, and says this. Default: it does not fail. */
  processingProblem?: string;
  /** Whether videos are taken that are not published at once, which Facebook says is for advertisers. Default: yes. */
  unpublishedVideos?: boolean;
};

const usualPages = { alice: ["Alice's bakery"], bob: ["Bob's bikes", "Bob's books"] };
const codeSeconds = 600;

/** A server that speaks the protocol of Facebook's Graph API for pages, for development and tests. */
export async function startFacebook(options: FacebookOptions = {}): Promise<Sandbox> {
  const { file, pages = usualPages, now = () => new Date() } = options;
  const { processingMs = 0, processingProblem = null, unpublishedVideos = true } = options;
  const state = await openState({ file, schema: FacebookState, fresh: freshFacebook });
  const files = openFiles(file);
  return startSandbox(options, (url) => {
    const videos = { processingMs, processingProblem, unpublishedVideos };
    const store = { url, state, files, now, pages, ...videos };
    for (const username of Object.keys(pages)) userNamed(store, username);
    return facebookPlatform(store);
  });
}

function facebookPlatform(store: FacebookStore): SandboxPlatform {
  const { current, changed } = store.state;
  const posts = () => {
    publishProcessed(store);
    return newestFirst(Object.values(current.posts));
  };
  return {
    name: 'Facebook',
    protocolPaths: [`${versionPath}/*`, '/video-upload/*'],
    addRoutes(app) {
      app.use(`${versionPath}/*`, (_, next) => {
        publishProcessed(store);
        return next();
      });
      addConsentPage(app, {
        platform: 'Facebook',
        path: `${versionPath}/dialog/oauth`,
        grants: current.grants,
        changed,
        now: store.now,
        usernames: () => Object.values(current.users).map(({ username }) => username),
        codeSeconds,
      });
      addUsers(app, store);
      addKeptFiles(app, store.files);
      addPhotos(app, store);
      addReels(app, store);
      addVideos(app, store);
      addComments(app, store);
      addPosts(app, store);
      app.all(`${versionPath}/*`, () => {
        throw graphError({ message: 'Unknown path components', code: 2500 });
      });
    },
    posts: () =>
      newestFirst([
        ...posts().map((post) => sandboxPost(store, post)),
        ...Object.values(current.comments).map((comment) => shownComment(store, comment)),
      ]),
    deletePosts() {
      current.posts = {};
      current.photos = {};
      current.videos = {};
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
    rateLimited: pageThrottled,
    failed,
    flush: () => store.state.flush(),
  };
}

function sandboxPost(store: FacebookStore, post: Post): SandboxPost {
  const { likes, reposts, replies, link, message, title, videoId } = post;
  return {
    id: post.id,
    url: postUrl(store, post),
    account: store.state.current.pages[post.pageId]?.name ?? '',
    text: message,
    createdAt: post.createdAt,
    arrivals: post.arrivals,
    likes,
    reposts,
    replies,
    replyTo: null,
    media: post.files.map((file) => sandboxMedia(store.url, file)),
    segments: [{ text: message }, ...(link === null ? [] : [{ text: '\n' }, { text: link, href: link }])],
    paths: { post: [postPath(post)], account: [`/${post.pageId}`] },
    details: { link, title, videoId },
  };
}

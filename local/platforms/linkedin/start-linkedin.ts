import { openFiles } from '../sandbox-files.ts';
import { addConsentPage } from '../sandbox-oauth.ts';
import type { Sandbox, SandboxMedia, SandboxOptions, SandboxPlatform, SandboxPost } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addComments, commentUrn } from './comments.ts';
import { addFigures } from './figures.ts';
import { shownText } from './little-text.ts';
import { addMedia } from './media.ts';
import { addOrganizations } from './organizations.ts';
import { addPosts, newestFirst } from './posts.ts';
import { failed, missing, throttled } from './refusals.ts';
import { type Comment, freshLinkedin, LinkedinState, type Post } from './state.ts';
import { idOf, type LinkedinStore, memberNamed } from './store.ts';
import { addTokens } from './tokens.ts';

export type LinkedinOptions = SandboxOptions & {
  /** Members there are from the start with the organizations that they run; any other name can sign in too. */
  organizations?: Readonly<Record<string, readonly string[]>>;
  /** As for apps of approved partners; others must ask the member again when the token ends. Default: no. */
  refreshTokens?: boolean;
  /** How long videos are processed. Default: two seconds. */
  processingMs?: number;
  /** Whether the status of a video is told; LinkedIn's documents do not say of members. Default: yes. */
  videosMayBeRead?: boolean;
  /** Whether bytes are taken with a token only; LinkedIn's documents differ. Default: no. */
  uploadsNeedToken?: boolean;
};

const usualOrganizations = { alice: [], bob: ['Bob Bikes'] };
const codeSeconds = 30 * 60;

/** A server that speaks the protocol of LinkedIn's versioned API, for development and tests. */
export async function startLinkedin(options: LinkedinOptions = {}): Promise<Sandbox> {
  const { file, organizations = usualOrganizations, refreshTokens = false, now = () => new Date() } = options;
  const { processingMs = 2000, videosMayBeRead = true, uploadsNeedToken = false } = options;
  const state = await openState({ file, schema: LinkedinState, fresh: freshLinkedin });
  return startSandbox(options, (url) => {
    const files = openFiles(file);
    const uploads = { files, processingMs, videosMayBeRead, uploadsNeedToken };
    const store = { url, state, now, organizations, refreshTokens, ...uploads };
    for (const username of Object.keys(organizations)) memberNamed(store, username);
    return linkedinPlatform(store);
  });
}

function linkedinPlatform(store: LinkedinStore): SandboxPlatform {
  const { current, changed } = store.state;
  return {
    name: 'LinkedIn',
    protocolPaths: ['/oauth/*', '/v2/*', '/rest/*', '/dms-uploads/*'],
    addRoutes(app) {
      addConsentPage(app, {
        platform: 'LinkedIn',
        path: '/oauth/v2/authorization',
        grants: current.grants,
        changed,
        now: store.now,
        usernames: () => Object.values(current.members).map(({ username }) => username),
        codeSeconds,
      });
      addTokens(app, store);
      addOrganizations(app, store);
      addMedia(app, store);
      addPosts(app, store);
      addComments(app, store);
      addFigures(app, store);
      app.all('/rest/*', (c) => {
        throw missing(`resource ${c.req.path}`);
      });
    },
    posts: () => {
      const posts = newestFirst(Object.values(current.posts)).map((post) => sandboxPost(store, post));
      return [...Object.values(current.comments).map((comment) => sandboxComment(store, comment)), ...posts];
    },
    deletePosts() {
      current.posts = {};
      current.comments = {};
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
    rateLimited: throttled,
    failed,
    flush: () => store.state.flush(),
  };
}

function sandboxPost({ url, state }: LinkedinStore, post: Post): SandboxPost {
  const { id, author, commentary, visibility, article, createdAt, arrivals, likes, reposts, replies } = post;
  const text = shownText(commentary);
  const shown = shownAuthor(state.current, author);
  return {
    id,
    url: `${url}/feed/update/${id}`,
    account: shown.name,
    text,
    createdAt: new Date(createdAt).toISOString(),
    arrivals,
    likes,
    reposts,
    replies,
    replyTo: null,
    media: post.files.flatMap((file) => shownFile(url, state.current, file)),
    segments: [{ text }, ...(article ? [{ text: ` ${article.title}`, href: article.source }] : [])],
    paths: { post: [`/feed/update/${id}`], account: [shown.path] },
    details: { author, commentary, visibility, article },
  };
}

function sandboxComment({ url, state }: LinkedinStore, comment: Comment): SandboxPost {
  const { id, post, actor, text } = comment;
  const shown = shownAuthor(state.current, actor);
  const createdAt = new Date(comment.createdAt).toISOString();
  return {
    ...{ text, createdAt, arrivals: [createdAt], likes: 0, reposts: 0, replies: 0, media: [] },
    id: commentUrn(comment),
    url: `${url}/feed/update/${post}`,
    account: shown.name,
    replyTo: post,
    segments: [{ text }],
    paths: { post: [`/feed/update/${post}/comments/${id}`], account: [shown.path] },
    details: { actor },
  };
}

function shownAuthor({ organizations, members }: LinkedinState, author: string) {
  const organization = organizations[idOf(author)];
  if (organization) return { name: organization.name, path: `/company/${organization.vanityName}` };
  return { name: members[idOf(author)]?.username ?? '', path: `/in/${idOf(author)}` };
}

function shownFile(url: string, { media }: LinkedinState, { id, altText }: Post['files'][number]): SandboxMedia[] {
  const file = Object.values(media).find(({ urn }) => urn === id);
  if (!file) return [];
  const { type, size: bytes } = file;
  return [{ url: `${url}/media/${file.id}`, description: altText ?? '', type, bytes, altText }];
}

import { addConsentPage } from '../sandbox-oauth.ts';
import type { Sandbox, SandboxOptions, SandboxPlatform, SandboxPost } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addBoards } from './boards.ts';
import { addPins, newestFirst } from './pins.ts';
import { failed, notFound, tooMany } from './refusals.ts';
import { freshPinterest, type Pin, PinterestState } from './state.ts';
import { type PinterestStore, pinUrl, userNamed, versionPath } from './store.ts';
import { addTokens } from './tokens.ts';
import { addUploads } from './uploads.ts';

export type PinterestOptions = SandboxOptions & {
  /** Users there are from the start with their boards; any other name can sign in too, and has one board. */
  boards?: Readonly<Record<string, readonly string[]>>;
  /** How long a video is processed. Default: ready at once. */
  processingMs?: number;
};

const usualBoards = { alice: ['Bread'], bob: ['Bikes', 'Books'] };
const codeSeconds = 600;

/** A server that speaks the protocol of Pinterest's API, for development and tests. */
export async function startPinterest(options: PinterestOptions = {}): Promise<Sandbox> {
  const { file, boards = usualBoards, processingMs = 0, now = () => new Date() } = options;
  const state = await openState({ file, schema: PinterestState, fresh: freshPinterest });
  return startSandbox(options, (url) => {
    const store = { url, state, now, processingMs, boards };
    for (const username of Object.keys(boards)) userNamed(store, username);
    return pinterestPlatform(store);
  });
}

function pinterestPlatform(store: PinterestStore): SandboxPlatform {
  const { current, changed } = store.state;
  const pins = () => newestFirst(Object.values(current.pins));
  return {
    name: 'Pinterest',
    protocolPaths: [`${versionPath}/*`, '/storage/*'],
    addRoutes(app) {
      addConsentPage(app, {
        platform: 'Pinterest',
        path: '/oauth/',
        grants: current.grants,
        changed,
        now: store.now,
        usernames: () => Object.values(current.users).map(({ username }) => username),
        codeSeconds,
      });
      addTokens(app, store);
      addBoards(app, store);
      addUploads(app, store);
      addPins(app, store);
      app.all(`${versionPath}/*`, () => {
        throw notFound();
      });
    },
    posts: () => pins().map((pin) => sandboxPost(store, pin)),
    deletePosts() {
      current.pins = {};
      changed();
    },
    setFigures(postId, figures) {
      const pin = current.pins[postId] ?? pins().find((one) => pinUrl(store, one) === postId);
      if (!pin) return false;
      Object.assign(pin, figures);
      changed();
      return true;
    },
    expireTokens() {
      for (const token of Object.values(current.tokens)) token.expiresAt = store.now().toISOString();
      changed();
    },
    rateLimited: tooMany,
    failed,
    flush: () => store.state.flush(),
  };
}

function sandboxPost(store: PinterestStore, pin: Pin): SandboxPost {
  const { users, boards } = store.state.current;
  const username = users[pin.userId]?.username ?? '';
  const { id, createdAt, arrivals, likes, reposts, replies, title, description, link, boardId, sectionId } = pin;
  return {
    id,
    url: pinUrl(store, pin),
    account: username,
    text: description,
    createdAt,
    arrivals,
    likes,
    reposts,
    replies,
    replyTo: null,
    media: pin.pictures.map((url) => ({ url, description: pin.altText ?? '' })),
    segments: [
      ...(title === null ? [] : [{ text: `${title}\n` }]),
      { text: description },
      ...(link === null ? [] : [{ text: '\n' }, { text: link, href: link }]),
    ],
    paths: { post: [`/pin/${id}`], account: [`/${username}/`] },
    details: { title, link, boardId, board: boards[boardId]?.name, sectionId, mediaSource: pin.mediaSource },
  };
}

import { openFiles } from '../sandbox-files.ts';
import type { Sandbox, SandboxOptions, SandboxPlatform } from '../sandbox-platform.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addBlobs } from './blobs.ts';
import { asksForNonce } from './dpop.ts';
import { addFeed } from './feed.ts';
import { type BlueskyLimits, type BlueskyMeter, defaultLimits, meter, noMeter, rateLimitHeaders } from './limits.ts';
import { addOAuthMetadata } from './oauth-metadata.ts';
import { addOAuthRequests } from './oauth-requests.ts';
import { addOAuthTokens } from './oauth-tokens.ts';
import { sandboxPost } from './post-report.ts';
import { addRecords } from './records.ts';
import { failed, rateLimitExceeded, xrpcError } from './refusals.ts';
import { addSessions } from './sessions.ts';
import { BlueskyState, freshBluesky } from './state.ts';
import { addAccount, type BlueskyStore, sandboxPassword } from './store.ts';
import { callerOf } from './tokens.ts';

export type BlueskyOptions = SandboxOptions & {
  /** Accounts there are from the start; any other `.test` handle can sign in too, with the sandbox password. */
  accounts?: readonly { handle: string; password?: string }[];
  /** How long a used refresh token still gives its successor. Default two hours, as on a real server. */
  refreshGraceSeconds?: number;
  rateLimits?: Partial<BlueskyLimits> | 'off';
};

const defaultAccounts: NonNullable<BlueskyOptions['accounts']> = [{ handle: 'alice.test' }, { handle: 'bob.test' }];

/** A server that speaks the AT Protocol as a PDS does, with what a client reads from the AppView through it. */
export async function startBluesky(options: BlueskyOptions = {}): Promise<Sandbox> {
  const {
    file,
    accounts = defaultAccounts,
    rateLimits = {},
    refreshGraceSeconds = 7200,
    now = () => new Date(),
  } = options;
  const state = await openState({ file, schema: BlueskyState, fresh: freshBluesky });
  return startSandbox(options, (url) => {
    const store = { url, state, now, refreshGraceSeconds, files: openFiles(file), seenProofs: new Set<string>() };
    for (const { handle, password = sandboxPassword } of accounts) addAccount(store, handle, password);
    return blueskyPlatform(store, rateLimits === 'off' ? noMeter : meter({ ...defaultLimits, ...rateLimits }, now));
  });
}

function blueskyPlatform(store: BlueskyStore, counted: BlueskyMeter): SandboxPlatform {
  const { current } = store.state;
  const posts = () => Object.values(current.records).filter(({ collection }) => collection === 'app.bsky.feed.post');
  return {
    name: 'Bluesky',
    protocolPaths: ['/xrpc/*', '/oauth/*', '/.well-known/*'],
    addRoutes(app) {
      counted.addTo(app);
      addSessions(app, store, counted);
      addOAuthMetadata(app, store);
      addOAuthRequests(app, store);
      addOAuthTokens(app, store);
      addRecords(app, store, counted);
      addBlobs(app, store);
      addFeed(app, store);
      app.all('/xrpc/*', (c) => {
        callerOf(c, store);
        throw xrpcError(501, 'MethodNotImplemented', 'Method Not Implemented');
      });
    },
    posts: () =>
      posts()
        .toReversed()
        .map((record) => sandboxPost(store, record)),
    deletePosts() {
      for (const { uri } of posts()) delete current.records[uri];
      store.state.changed();
    },
    setFigures(postId, figures) {
      const post = current.records[postId] ?? posts().find((record) => sandboxPost(store, record).url === postId);
      if (!post) return false;
      Object.assign(post, figures);
      store.state.changed();
      return true;
    },
    expireTokens(operation) {
      if (operation === 'com.atproto.server.refreshSession') current.refreshTokens = {};
      else if (operation === 'POST /oauth/token') current.oauthSessions = {};
      else current.generation += 1;
      store.state.changed();
    },
    rateLimited(seconds) {
      const resetAt = new Date(store.now().getTime() + seconds * 1000);
      const headers = rateLimitHeaders({ ...defaultLimits.requests, remaining: 0, resetAt });
      return rateLimitExceeded({ ...headers, 'Retry-After': String(seconds) });
    },
    failed,
    isHandshake: (c) => asksForNonce(c, store),
    flush: () => store.state.flush(),
  };
}

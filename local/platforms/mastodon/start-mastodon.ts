import { openFiles } from '../sandbox-files.ts';
import type { Sandbox, SandboxApp, SandboxOptions, SandboxPlatform, SandboxPost } from '../sandbox-platform.ts';
import { type RateLimit, rateLimiter } from '../sandbox-rate-limit.ts';
import { startSandbox } from '../sandbox-server.ts';
import { openState } from '../sandbox-state.ts';
import { addAccounts } from './accounts.ts';
import { addApps } from './apps.ts';
import { bearerOf } from './caller.ts';
import { addConsent } from './consent.ts';
import { statusUrl } from './entities.ts';
import { addInstance } from './instance.ts';
import { addMedia } from './media.ts';
import { failed, rateLimitHeaders, tooManyRequests } from './refusals.ts';
import { freshMastodon, MastodonState, type Status } from './state.ts';
import { addStatusActions } from './status-actions.ts';
import { textSegments } from './status-html.ts';
import { addStatuses } from './statuses.ts';
import { accountNamed, type MastodonLimits, type MastodonStore, newestFirst } from './store.ts';
import { addTokens } from './tokens.ts';

export type MastodonOptions = SandboxOptions & {
  /** Accounts there are from the start; any other name can sign in too. */
  accounts?: readonly string[];
  limits?: Partial<MastodonLimits>;
  /** Per access token, or per address without one. Default 300 in 5 minutes. */
  rateLimit?: RateLimit | 'off';
};

const defaultLimits: MastodonLimits = {
  maxCharacters: 500,
  charactersPerUrl: 23,
  maxMedia: 4,
  mediaProcessingMs: 1000,
};
const defaultRateLimit: RateLimit = { limit: 300, windowSeconds: 300 };

/** A server that speaks Mastodon's protocol, for development and tests. */
export async function startMastodon(options: MastodonOptions = {}): Promise<Sandbox> {
  const { file, accounts = ['alice', 'bob'], rateLimit = defaultRateLimit, now = () => new Date() } = options;
  const state = await openState({ file, schema: MastodonState, fresh: freshMastodon });
  return startSandbox(options, (url) => {
    const store = { url, state, now, files: openFiles(file), limits: { ...defaultLimits, ...options.limits } };
    for (const username of accounts) accountNamed(store, username);
    return mastodonPlatform(store, rateLimit);
  });
}

function mastodonPlatform(store: MastodonStore, rateLimit: RateLimit | 'off'): SandboxPlatform {
  const { current } = store.state;
  const posts = () => newestFirst(Object.values(current.statuses).filter(({ reblogOfId }) => reblogOfId === null));
  return {
    name: 'Mastodon',
    protocolPaths: ['/api/*', '/oauth/*', '/.well-known/*'],
    addRoutes(app) {
      if (rateLimit !== 'off') addRateLimit(app, store, rateLimit);
      for (const add of routes) add(app, store);
      app.all('/api/*', (c) => c.json({ error: 'Not Found' }, 404));
    },
    posts: () => posts().map((status) => sandboxPost(store, status)),
    deletePosts() {
      current.statuses = {};
      current.idempotency = {};
      store.state.changed();
    },
    setFigures(postId, figures) {
      const status = current.statuses[postId] ?? posts().find((one) => statusUrl(store, one) === postId);
      if (!status) return false;
      Object.assign(status, figures);
      store.state.changed();
      return true;
    },
    expireTokens() {
      for (const token of Object.values(current.tokens)) token.ended ??= 'expired';
      store.state.changed();
    },
    rateLimited: (seconds) =>
      tooManyRequests(defaultRateLimit.limit, new Date(store.now().getTime() + seconds * 1000), {
        'Retry-After': String(seconds),
      }),
    failed,
    flush: () => store.state.flush(),
  };
}

const routes = [addApps, addConsent, addTokens, addAccounts, addInstance, addMedia, addStatuses, addStatusActions];

function addRateLimit(app: SandboxApp, store: MastodonStore, limit: RateLimit) {
  const use = rateLimiter(limit, store.now);
  app.use('/api/*', async (c, next) => {
    const rate = use(bearerOf(c) ?? 'without a token');
    if (rate.exceeded) throw tooManyRequests(rate.limit, rate.resetAt);
    await next();
    for (const [name, value] of Object.entries(rateLimitHeaders(rate))) c.header(name, value);
  });
}

function sandboxPost(store: MastodonStore, status: Status): SandboxPost {
  const { accounts, media } = store.state.current;
  const username = accounts[status.accountId]?.username ?? '';
  return {
    id: status.id,
    url: statusUrl(store, status),
    account: username,
    text: status.text,
    createdAt: status.createdAt,
    arrivals: status.arrivals,
    likes: status.likes,
    reposts: status.reposts,
    replies: status.replies,
    replyTo: status.inReplyToId,
    media: status.mediaIds.map((id) => ({
      url: `${store.url}/media/${id}`,
      description: media[id]?.description ?? '',
    })),
    segments: textSegments(store, status.text),
    paths: {
      post: [`/@${username}/${status.id}`, `/users/${username}/statuses/${status.id}`],
      account: [`/@${username}`, `/users/${username}`],
    },
    details: { idempotencyKey: status.idempotencyKey, visibility: status.visibility },
  };
}

import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { type ConnectedAccount, PlatformRefused } from '../adapter.ts';
import { type AdapterTools, WebUrl } from '../answer.ts';
import { catalogue } from '../catalogue.ts';
import type { TextLimits } from '../contract.ts';
import { bearer, demand, type MastodonSecret } from './api.ts';
import { clientName } from './client-name.ts';

/** This application as one server knows it; every server and redirect address has its own. */
export type MastodonApp = { server: string; redirectUri: string; clientId: string; clientSecret: string };

/** Everything ClientNest does: read who the account is and what it posted, and post. */
const scopes = 'read:accounts read:statuses write:statuses';

const Registered = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });
const Token = z.object({ access_token: z.string().min(1), scope: z.string().optional() });
const OwnAccount = z.object({ id: z.string().min(1), username: z.string().min(1), url: WebUrl });
const Instance = z.object({
  configuration: z.object({
    statuses: z.object({
      max_characters: z.number().int().positive(),
      characters_reserved_per_url: z.number().int().positive().optional(),
    }),
  }),
});

/** OAuth at a Mastodon server: code flow with PKCE. */
export function mastodonAuth(tools: AdapterTools) {
  return {
    async registerApp(server: string, redirectUri: string): Promise<MastodonApp> {
      const body = { client_name: clientName, redirect_uris: redirectUri, scopes };
      const app = await demand(tools, { method: 'POST', url: at(server, '/api/v1/apps'), body }, Registered);
      return { server, redirectUri, clientId: app.client_id, clientSecret: app.client_secret };
    },

    authorizationUrl(app: Omit<MastodonApp, 'clientSecret'>, { state, verifier }: { state: string; verifier: string }) {
      const url = new URL('/oauth/authorize', app.server);
      url.search = new URLSearchParams({
        response_type: 'code',
        client_id: app.clientId,
        redirect_uri: app.redirectUri,
        scope: scopes,
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString();
      return url.href;
    },

    /** The account behind the code. A code that the server does not take is a `PlatformRefused` of kind `reconnect`. */
    async connect(app: MastodonApp, { code, verifier }: { code: string; verifier: string }): Promise<ConnectedAccount> {
      const token = await exchange(tools, app, { code, verifier });
      const [account, textLimits] = await Promise.all([
        demand(tools, signed(app, '/api/v1/accounts/verify_credentials', token.access_token), OwnAccount),
        readLimits(tools, app, token.access_token),
      ]);
      const { host } = new URL(app.server);
      const secret = { accessToken: token.access_token, clientId: app.clientId, clientSecret: app.clientSecret };
      return {
        accountKey: `${host}#${account.id}`,
        accountId: account.id,
        accountName: `@${account.username}@${host}`,
        accountUrl: account.url,
        server: app.server,
        scopes: (token.scope ?? scopes).split(' ').filter(Boolean),
        textLimits,
        secret: JSON.stringify(secret satisfies MastodonSecret),
      };
    },
  };
}
export type MastodonAuth = ReturnType<typeof mastodonAuth>;

/** A PKCE code verifier: 256 random bits (RFC 7636 §4.1). */
export const newVerifier = () => randomBytes(32).toString('base64url');

const at = (server: string, path: string) => new URL(path, server).href;

const signed = (app: MastodonApp, path: string, token: string) =>
  ({ method: 'GET', url: at(app.server, path), headers: bearer(token) }) as const;

/** RFC 6749 §5.2: a code that is wrong, used or old is a 400 or 401 here, not a fault of the content. */
async function exchange(tools: AdapterTools, app: MastodonApp, { code, verifier }: { code: string; verifier: string }) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    redirect_uri: app.redirectUri,
    code,
    code_verifier: verifier,
  });
  try {
    return await demand(tools, { method: 'POST', url: at(app.server, '/oauth/token'), body }, Token);
  } catch (error) {
    if (!(error instanceof PlatformRefused) || error.refusal.kind !== 'content_rejected') throw error;
    throw new PlatformRefused({ ...error.refusal, kind: 'reconnect' }, error);
  }
}

/** The server's own limits; the usual ones where it does not tell, as older servers and some forks. */
async function readLimits(tools: AdapterTools, app: MastodonApp, token: string): Promise<TextLimits> {
  const usual = catalogue.mastodon.limits.text;
  try {
    const { configuration } = await demand(tools, signed(app, '/api/v2/instance', token), Instance);
    const { max_characters, characters_reserved_per_url } = configuration.statuses;
    return { ...usual, max: max_characters, urlLength: characters_reserved_per_url ?? usual.urlLength };
  } catch (error) {
    if (error instanceof PlatformRefused) return usual;
    throw error;
  }
}

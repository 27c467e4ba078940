import * as z from 'zod';
import { type ConnectedAccount, PlatformRefused } from '../adapter.ts';
import type { AdapterTools } from '../answer.ts';
import type { TextLimits } from '../contract.ts';
import {
  type ConsentAnswer,
  challengeOf,
  consentUrl,
  exchanging,
  type Grant,
  type OAuth,
  type OAuthApp,
} from '../oauth.ts';
import { bearer, demand, type MastodonSecret, openSecret } from './api.ts';
import { clientName } from './client-name.ts';
import { mastodonFacts } from './facts.ts';
import { readOwnAccount } from './identity.ts';

const scopes = mastodonFacts.scopes.join(' ');

const Registered = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1) });
const Token = z.object({ access_token: z.string().min(1), scope: z.string().optional() });
const Instance = z.object({
  configuration: z.object({
    statuses: z.object({
      max_characters: z.number().int().positive(),
      characters_reserved_per_url: z.number().int().positive().optional(),
    }),
  }),
});

/** OAuth at a Mastodon server: code flow with PKCE, and an app of ours for every server and redirect address. */
export function mastodonAuth(tools: AdapterTools) {
  return {
    async registerApp(server, redirectUri) {
      const body = { client_name: clientName, redirect_uris: redirectUri, scopes };
      const app = await demand(tools, { method: 'POST', url: at(server, '/api/v1/apps'), body }, Registered);
      return { server, redirectUri, clientId: app.client_id, clientSecret: app.client_secret };
    },

    authorizationUrl: (app, { state, verifier }) =>
      consentUrl(at(app.server, '/oauth/authorize'), {
        client_id: app.clientId,
        redirect_uri: app.redirectUri,
        scope: scopes,
        state,
        code_challenge: challengeOf(verifier),
        code_challenge_method: 'S256',
      }),

    async exchange(app, answer) {
      const token = await exchanging(() => requestToken(tools, app, answer));
      const secret = { accessToken: token.access_token, clientId: app.clientId, clientSecret: app.clientSecret };
      const granted = (token.scope ?? scopes).split(' ').filter(Boolean);
      return { secret: JSON.stringify(secret satisfies MastodonSecret), scopes: granted };
    },

    listAccounts: async (app, grant) => [await ownAccount(tools, app, grant)],
  } satisfies OAuth;
}

async function ownAccount(tools: AdapterTools, app: OAuthApp, grant: Grant): Promise<ConnectedAccount> {
  const { accessToken } = openSecret(grant);
  const [{ id, ...identity }, textLimits] = await Promise.all([
    readOwnAccount(tools, app.server, accessToken),
    readLimits(tools, app, accessToken),
  ]);
  return {
    ...identity,
    accountKey: `${new URL(app.server).host}#${id}`,
    accountId: id,
    server: app.server,
    scopes: grant.scopes,
    textLimits,
    secret: grant.secret,
  };
}

const at = (server: string, path: string) => new URL(path, server).href;

const signed = (app: OAuthApp, path: string, token: string) =>
  ({ method: 'GET', url: at(app.server, path), headers: bearer(token) }) as const;

function requestToken(tools: AdapterTools, app: OAuthApp, { code, verifier }: ConsentAnswer) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    redirect_uri: app.redirectUri,
    code,
    code_verifier: verifier,
  });
  return demand(tools, { method: 'POST', url: at(app.server, '/oauth/token'), body }, Token);
}

/** The server's own limits; the usual ones where it does not tell, as older servers and some forks. */
async function readLimits(tools: AdapterTools, app: OAuthApp, token: string): Promise<TextLimits> {
  const usual = mastodonFacts.limits.text;
  try {
    const { configuration } = await demand(tools, signed(app, '/api/v2/instance', token), Instance);
    const { max_characters, characters_reserved_per_url } = configuration.statuses;
    return { ...usual, max: max_characters, urlLength: characters_reserved_per_url ?? usual.urlLength };
  } catch (error) {
    if (error instanceof PlatformRefused) return usual;
    throw error;
  }
}

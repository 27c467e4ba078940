import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { oauthRefusal } from './refusals.ts';
import { bodyFields } from './request-body.ts';
import { parseScopes } from './scopes.ts';
import type { App, Grant } from './state.ts';
import { type MastodonStore, newSecret } from './store.ts';

const TokenRequest = z.object({
  grant_type: z.string().optional(),
  code: z.string().default(''),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().default(''),
  scope: z.string().optional(),
  token: z.string().default(''),
  client_id: z.string().default(''),
  client_secret: z.string().default(''),
});
type TokenRequest = z.infer<typeof TokenRequest>;

/** The token and revocation endpoints. Tokens do not expire and there is no refresh, as on a real server. */
export function addTokens(app: SandboxApp, store: MastodonStore) {
  app.post('/oauth/token', async (c) => {
    const request = await tokenRequest(c);
    const client = authenticatedClient(store, request);
    if (!client) throw oauthRefusal('invalid_client');
    if (!request.grant_type) throw oauthRefusal('invalid_request');
    return c.json(issueToken(store, client, grantedBy(store, client, request)));
  });

  app.post('/oauth/revoke', async (c) => {
    const request = await tokenRequest(c);
    const client = authenticatedClient(store, request);
    const token = store.state.current.tokens[request.token];
    if (!client || (token && token.clientId !== client.clientId)) throw oauthRefusal('unauthorized_client');
    if (token) token.ended ??= 'revoked';
    store.state.changed();
    return c.json({});
  });
}

/** Client credentials come in the body or by HTTP Basic. */
async function tokenRequest(c: Context): Promise<TokenRequest> {
  const fields = TokenRequest.safeParse(await bodyFields(c));
  if (!fields.success) throw oauthRefusal('invalid_request');
  const basic = /^Basic (.+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  if (!basic) return fields.data;
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
  return { ...fields.data, client_id: id, client_secret: secret };
}

function authenticatedClient({ state }: MastodonStore, request: TokenRequest): App | undefined {
  const app = state.current.apps[request.client_id];
  return app?.clientSecret === request.client_secret ? app : undefined;
}

type Granted = { accountId: string | null; scopes: string[] };

function grantedBy(store: MastodonStore, client: App, request: TokenRequest): Granted {
  if (request.grant_type === 'authorization_code') return exchangeCode(store, client, request);
  if (request.grant_type !== 'client_credentials') throw oauthRefusal('unsupported_grant_type');
  const scopes = parseScopes(request.scope);
  if (!scopes.every((scope) => client.scopes.includes(scope))) throw oauthRefusal('invalid_scope');
  return { accountId: null, scopes };
}

function exchangeCode({ state, now }: MastodonStore, client: App, request: TokenRequest): Granted {
  const grant = state.current.grants[request.code];
  const good =
    grant?.clientId === client.clientId &&
    grant.redirectUri === request.redirect_uri &&
    grant.expiresAt > now().toISOString() &&
    verifies(grant, request.code_verifier);
  if (!good) throw oauthRefusal('invalid_grant');
  delete state.current.grants[request.code];
  return grant;
}

const verifies = ({ challenge }: Grant, verifier: string) =>
  challenge === null || challenge === createHash('sha256').update(verifier).digest('base64url');

/** Like a real server, gives the token again that the same app already has for the same account and scopes. */
function issueToken({ state, now }: MastodonStore, client: App, { accountId, scopes }: Granted) {
  const isSame = (one: { clientId: string; accountId: string | null; scopes: string[]; ended: unknown }) =>
    one.clientId === client.clientId &&
    one.accountId === accountId &&
    one.scopes.join() === scopes.join() &&
    !one.ended;
  const token = Object.values(state.current.tokens).find(isSame)?.token ?? newSecret();
  state.current.tokens[token] = { token, clientId: client.clientId, accountId, scopes, ended: null };
  state.changed();
  return {
    access_token: token,
    token_type: 'Bearer',
    scope: scopes.join(' '),
    created_at: Math.floor(now().getTime() / 1000),
  };
}

import * as z from 'zod';
import { outOfBand } from './apps.ts';
import { type OAuthError, oauthErrorText } from './refusals.ts';
import { parseScopes } from './scopes.ts';
import type { App } from './state.ts';
import { accountNamed, type MastodonStore, newSecret } from './store.ts';

const codeLifeMs = 10 * 60_000;

/** What a client asks for at `/oauth/authorize`; the consent form sends the same fields back. */
export const AuthorizationRequest = z.object({
  client_id: z.string().default(''),
  redirect_uri: z.string().default(''),
  response_type: z.string().default(''),
  scope: z.string().optional(),
  state: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
});
export type AuthorizationRequest = z.infer<typeof AuthorizationRequest>;

/** The app that asks; undefined when the answer must not go to the redirect address. */
export function askingApp({ state }: MastodonStore, request: AuthorizationRequest): App | OAuthError {
  const app = state.current.apps[request.client_id];
  if (!app) return 'invalid_client';
  return app.redirectUris.includes(request.redirect_uri) ? app : 'invalid_redirect_uri';
}

export const requestedScopes = (request: AuthorizationRequest) => parseScopes(request.scope);

/** What is wrong with a request of a known app; told to the app by redirect. */
export function requestError(app: App, request: AuthorizationRequest): OAuthError | undefined {
  if (request.response_type !== 'code') return 'unsupported_response_type';
  if (!requestedScopes(request).every((scope) => app.scopes.includes(scope))) return 'invalid_scope';
  const method = request.code_challenge_method;
  return request.code_challenge && method !== 'S256' ? 'invalid_code_challenge_method' : undefined;
}

/** Grants the request for an account; the code works once, for ten minutes. */
export function grantCode(store: MastodonStore, request: AuthorizationRequest, username: string): string {
  const code = newSecret();
  store.state.current.grants[code] = {
    clientId: request.client_id,
    accountId: accountNamed(store, username).id,
    redirectUri: request.redirect_uri,
    scopes: requestedScopes(request),
    challenge: request.code_challenge || null,
    expiresAt: new Date(store.now().getTime() + codeLifeMs).toISOString(),
  };
  store.state.changed();
  return code;
}

/** Where the browser goes with a code or a refusal. */
export function answerAddress(request: AuthorizationRequest, answer: { code: string } | { error: OAuthError }): string {
  const outcome = 'code' in answer ? answer : { ...answer, error_description: oauthErrorText(answer.error) };
  const parameters = new URLSearchParams({ ...outcome, ...(request.state ? { state: request.state } : {}) });
  if (request.redirect_uri === outOfBand) return `/oauth/authorize/native?${parameters}`;
  const address = new URL(request.redirect_uri);
  for (const [name, value] of parameters) address.searchParams.set(name, value);
  return address.href;
}

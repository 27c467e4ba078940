import type { Context } from 'hono';
import { html } from 'hono/html';
import * as z from 'zod';
import { sandboxPage } from '../sandbox-layout.ts';
import { newSecret } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { checkProof } from './dpop.ts';
import { currentNonce } from './dpop-nonces.ts';
import { authenticate, findClient, mayRedirect } from './oauth-clients.ts';
import { oauthScopes } from './oauth-metadata.ts';
import { oauthError } from './oauth-refusals.ts';
import type { Account, OAuthRequest } from './state.ts';
import { addAccount, type BlueskyStore, findAccount, handleDomain, sandboxPassword } from './store.ts';

const requestSeconds = 300;
const codeSeconds = 60;

const Asked = z.object({
  client_id: z.string(),
  response_type: z.literal('code'),
  redirect_uri: z.url(),
  scope: z.string(),
  state: z.string().min(1),
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal('S256'),
  login_hint: z.string().optional(),
});

export const formOf = async (c: Context) => z.record(z.string(), z.string()).parse(await c.req.parseBody());

/** What a client asks for comes here first (RFC 9126); the user is then shown it by its name. */
export function addOAuthRequests(app: SandboxApp, store: BlueskyStore) {
  app.post('/oauth/par', async (c) => {
    const form = await formOf(c);
    const asked = Asked.safeParse(form);
    if (!asked.success) throw oauthError(store, 'invalid_request', z.prettifyError(asked.error));
    const { client_id, redirect_uri, scope, state, code_challenge, login_hint } = asked.data;
    const client = await findClient(store, client_id);
    const keyId = authenticate(store, client, form);
    const proof = checkProof(c, store);
    if ('error' in proof) throw oauthError(store, proof.error, proof.description);
    if (!mayRedirect(client, redirect_uri))
      throw oauthError(store, 'invalid_request', `Invalid redirect_uri ${redirect_uri}`);
    const scopes = scope.split(' ');
    const declared = client.scope.split(' ');
    if (!scopes.includes('atproto') || !scopes.every((one) => declared.includes(one) && oauthScopes.includes(one)))
      throw oauthError(store, 'invalid_scope', 'The scopes are not those that the client has declared');
    if (Object.values(store.state.current.oauthRequests).some(({ challenge }) => challenge === code_challenge))
      throw oauthError(store, 'invalid_request', 'Code challenge already used');
    const requestUri = `urn:ietf:params:oauth:request_uri:req-${newSecret()}`;
    store.state.current.oauthRequests[requestUri] = {
      clientId: client_id,
      keyId,
      jkt: proof.jkt,
      redirectUri: redirect_uri,
      scope,
      state,
      challenge: code_challenge,
      loginHint: login_hint ?? null,
      expiresAt: inSeconds(store, requestSeconds),
    };
    store.state.changed();
    c.header('DPoP-Nonce', currentNonce(store));
    c.header('Cache-Control', 'no-store');
    return c.json({ request_uri: requestUri, expires_in: requestSeconds }, 201);
  });

  // `?auto=1` is for scripts: it agrees at once, as `account` if given.
  app.get('/oauth/authorize', (c) => {
    const found = openRequest(store, c.req.query());
    if (!found) return refusalPage(c, 'This request is unknown or has expired.');
    const name = c.req.query('account') ?? found.request.loginHint ?? 'alice';
    return c.req.query('auto') === '1' ? agree(c, store, { ...found, name }) : consentForm(c, { ...found, name });
  });

  app.post('/oauth/authorize', async (c) => {
    const form = await formOf(c);
    const found = openRequest(store, form);
    if (!found) return refusalPage(c, 'This request is unknown or has expired.');
    if (form.decision === 'authorize') return agree(c, store, { ...found, name: form.account ?? '' });
    delete store.state.current.oauthRequests[found.uri];
    return c.redirect(answer(store, found.request, { error: 'access_denied' }));
  });
}

export const inSeconds = ({ now }: BlueskyStore, seconds: number) =>
  new Date(now().getTime() + seconds * 1000).toISOString();

function openRequest(store: BlueskyStore, { request_uri: uri = '', client_id }: Record<string, string>) {
  const request = store.state.current.oauthRequests[uri];
  const isGood = request && request.clientId === client_id && request.expiresAt > store.now().toISOString();
  return isGood ? { uri, request } : undefined;
}

type Consent = { uri: string; request: OAuthRequest; name: string };

function agree(c: Context, store: BlueskyStore, { uri, request, name }: Consent) {
  const account = accountNamed(store, name);
  if (!account) return refusalPage(c, 'There is no such account.');
  const { loginHint } = request;
  if (loginHint !== null && findAccount(store, loginHint)?.did !== account.did)
    return refusalPage(c, `The app has asked for ${loginHint}.`);
  const code = `cod-${newSecret()}`;
  const { oauthRequests, oauthCodes } = store.state.current;
  delete oauthRequests[uri];
  oauthCodes[code] = { ...request, did: account.did, sessionId: null, expiresAt: inSeconds(store, codeSeconds) };
  store.state.changed();
  return c.redirect(answer(store, request, { code }));
}

/** A handle, a DID, or a name that becomes a handle of this server; the account comes into being. */
function accountNamed(store: BlueskyStore, name: string): Account | undefined {
  const known = findAccount(store, name);
  if (known || !/^[a-z0-9][a-z0-9-]*(\.test)?$/.test(name)) return known;
  const handle = name.endsWith(handleDomain) ? name : `${name}${handleDomain}`;
  return findAccount(store, handle) ?? addAccount(store, handle, sandboxPassword);
}

function answer({ url }: BlueskyStore, { redirectUri, state }: OAuthRequest, outcome: Record<string, string>): string {
  const address = new URL(redirectUri);
  for (const [name, value] of Object.entries({ iss: url, state, ...outcome })) address.searchParams.set(name, value);
  return address.href;
}

function refusalPage(c: Context, problem: string) {
  c.status(400);
  const body = html`<p class="error">${problem}</p>`;
  return sandboxPage(c, { platform: 'Bluesky', title: 'An error has occurred', body });
}

function consentForm(c: Context, { uri, request, name }: Consent) {
  const body = html`
    <p><code>${request.clientId}</code> asks to use a sandbox account. It will be able to:</p>
    <ul>
      ${request.scope.split(' ').map((scope) => html`<li><code>${scope}</code></li>`)}
    </ul>
    <form method="post" action="/oauth/authorize">
      <input type="hidden" name="client_id" value="${request.clientId}" />
      <input type="hidden" name="request_uri" value="${uri}" />
      <label for="account">Sign in as</label>
      <input id="account" name="account" value="${name}" required autocomplete="off" />
      <small>Any name of letters, digits and - will do; there is no password.</small>
      <div>
        <button class="primary" name="decision" value="authorize">Authorize</button>
        <button name="decision" value="deny" formnovalidate>Deny</button>
      </div>
    </form>
  `;
  return sandboxPage(c, { platform: 'Bluesky', title: 'Authorization required', body });
}

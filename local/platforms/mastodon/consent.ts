import type { Context } from 'hono';
import { html } from 'hono/html';
import { sandboxPage } from '../sandbox-layout.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import {
  AuthorizationRequest,
  answerAddress,
  askingApp,
  grantCode,
  requestError,
  requestedScopes,
} from './authorization-request.ts';
import { type OAuthError, oauthErrorText, oauthRefusal } from './refusals.ts';
import type { App } from './state.ts';
import { type MastodonStore, usernamePattern } from './store.ts';

const defaultAccount = 'alice';

/** The page on which a person lets an app in. `?auto=1` is for scripts: it agrees at once, as `account` if given. */
export function addConsent(app: SandboxApp, store: MastodonStore) {
  app.get('/oauth/authorize', (c) => {
    const request = AuthorizationRequest.parse(c.req.query());
    const asking = askingApp(store, request);
    if (typeof asking === 'string') return refusalPage(c, asking);
    const error = requestError(asking, request);
    if (error) return c.redirect(answerAddress(request, { error }));
    const username = c.req.query('account') ?? defaultAccount;
    if (c.req.query('auto') !== '1') return consentPage(c, { store, request, asking, username });
    return usernamePattern.test(username) ? agree(c, request, username) : refusalPage(c, 'invalid_request');
  });

  app.post('/oauth/authorize', async (c) => {
    const form = await c.req.parseBody();
    const request = AuthorizationRequest.parse(form);
    const asking = askingApp(store, request);
    if (typeof asking === 'string') return refusalPage(c, asking);
    const error = form.decision === 'authorize' ? requestError(asking, request) : 'access_denied';
    if (error) return c.redirect(answerAddress(request, { error }));
    const username = String(form.account ?? '').trim();
    if (!usernamePattern.test(username)) return consentPage(c, { store, request, asking, username });
    return agree(c, request, username);
  });

  app.get('/oauth/authorize/native', (c) => {
    const code = c.req.query('code');
    const body = code
      ? html`<p>Copy this code into the app that asked for it:</p><article><code id="code">${code}</code></article>`
      : html`<p>${c.req.query('error_description') ?? 'There is no code.'}</p>`;
    return sandboxPage(c, { platform: 'Mastodon', title: 'Authorization code', body });
  });

  const agree = (c: Context, request: AuthorizationRequest, username: string) =>
    c.redirect(answerAddress(request, { code: grantCode(store, request, username) }));
}

function refusalPage(c: Context, error: OAuthError) {
  c.status(oauthRefusal(error).status === 401 ? 401 : 400);
  const body = html`<p class="error">${oauthErrorText(error)}</p>`;
  return sandboxPage(c, { platform: 'Mastodon', title: 'An error has occurred', body });
}

type Asked = { store: MastodonStore; request: AuthorizationRequest; asking: App; username: string };

function consentPage(c: Context, { store, request, asking, username }: Asked) {
  const names = Object.values(store.state.current.accounts).map((account) => account.username);
  const fields = Object.entries(request).filter((field): field is [string, string] => field[1] !== undefined);
  const body = html`
    <p><strong>${asking.name}</strong> asks to use a sandbox account. It will be able to:</p>
    <ul>
      ${requestedScopes(request).map((scope) => html`<li><code>${scope}</code></li>`)}
    </ul>
    <form method="post" action="/oauth/authorize">
      ${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <label for="account">Sign in as</label>
      <input id="account" name="account" value="${username}" list="accounts" required pattern="[A-Za-z0-9_]{1,30}" autocomplete="off" />
      <datalist id="accounts">${names.map((name) => html`<option value="${name}"></option>`)}</datalist>
      <small>Any name of letters, digits and _ will do; there is no password.</small>
      <div>
        <button class="primary" name="decision" value="authorize">Authorize</button>
        <button name="decision" value="deny" formnovalidate>Deny</button>
      </div>
    </form>
  `;
  return sandboxPage(c, { platform: 'Mastodon', title: 'Authorization required', body });
}

import { createHash, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { html } from 'hono/html';
import * as z from 'zod';
import { sandboxPage } from './sandbox-layout.ts';
import type { SandboxApp } from './sandbox-platform.ts';

/** The one client that sandboxes of platforms with registered apps know; any redirect address is registered for it. */
export const sandboxApp = { clientId: 'sandbox-app', clientSecret: 'sandbox-secret' };

/** What somebody agreed to, waiting under its code to be exchanged. */
export const SandboxGrant = z.object({
  username: z.string(),
  redirectUri: z.string(),
  scopes: z.array(z.string()),
  challenge: z.string().nullable(),
  expiresAt: z.string(),
});
export type SandboxGrant = z.infer<typeof SandboxGrant>;
export type SandboxGrants = Record<string, SandboxGrant>;

export type ConsentPage = {
  /** Name of the platform. */
  platform: string;
  path: string;
  grants: SandboxGrants;
  /** Called after each change. */
  changed: () => void;
  now: () => Date;
  /** Names to sign in with; any other will do too. */
  usernames: () => string[];
  /** How long codes live. */
  codeSeconds: number;
  /** What the platform calls the client. */
  clientField?: string;
  needsChallenge?: boolean;
  /** What the address of the answer ends in. */
  answerSuffix?: string;
};

const Asked = z.object({
  redirect_uri: z.url(),
  response_type: z.literal('code'),
  scope: z.string().min(1),
  state: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.literal('S256').optional(),
});
type Asked = z.infer<typeof Asked>;

const scopesOf = ({ scope }: Asked) => scope.split(/[\s,+]+/).filter(Boolean);
const usernamePattern = /^[\w.]{1,30}$/;

export const newSecret = () => randomBytes(32).toString('base64url');

/** The page on which a person lets the app in. `?auto=1` is for scripts: it agrees at once, as `account` if given. */
export function addConsentPage(app: SandboxApp, page: ConsentPage) {
  app.get(page.path, (c) => {
    const asked = readRequest(c.req.query(), page);
    if (typeof asked === 'string') return refusalPage(c, page, asked);
    const username = c.req.query('account') ?? page.usernames()[0] ?? 'alice';
    if (c.req.query('auto') !== '1') return consentForm(c, page, { asked, username });
    return usernamePattern.test(username)
      ? agree(c, page, { asked, username })
      : refusalPage(c, page, 'no such account');
  });

  app.post(page.path, async (c) => {
    const form = z.record(z.string(), z.string()).parse(await c.req.parseBody());
    const asked = readRequest(form, page);
    if (typeof asked === 'string') return refusalPage(c, page, asked);
    if (form.decision !== 'authorize') return c.redirect(answer(page, asked, { error: 'access_denied' }));
    const username = (form.account ?? '').trim();
    if (!usernamePattern.test(username)) return consentForm(c, page, { asked, username });
    return agree(c, page, { asked, username });
  });
}

function readRequest(fields: Record<string, string>, { clientField = 'client_id', needsChallenge }: ConsentPage) {
  if (fields[clientField] !== sandboxApp.clientId) return 'there is no such app';
  const asked = Asked.safeParse(fields);
  if (!asked.success) return z.prettifyError(asked.error);
  if (needsChallenge && !asked.data.code_challenge) return 'code_challenge is missing';
  return asked.data;
}

type Consent = { asked: Asked; username: string };

function agree(c: Context, page: ConsentPage, { asked, username }: Consent) {
  const code = newSecret();
  page.grants[code] = {
    username,
    redirectUri: asked.redirect_uri,
    scopes: scopesOf(asked),
    challenge: asked.code_challenge ?? null,
    expiresAt: new Date(page.now().getTime() + page.codeSeconds * 1000).toISOString(),
  };
  page.changed();
  return c.redirect(answer(page, asked, { code }));
}

function answer({ answerSuffix = '' }: ConsentPage, asked: Asked, outcome: Record<string, string>): string {
  const address = new URL(asked.redirect_uri);
  const parameters = { ...outcome, ...(asked.state && { state: asked.state }) };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return `${address.href}${answerSuffix}`;
}

type Exchange = { code: string; redirectUri: string | undefined; verifier?: string | undefined };

/** The grant of a code, once and in time; undefined for a code that is no good. */
export function takeGrant(grants: SandboxGrants, exchange: Exchange, now: Date): SandboxGrant | undefined {
  const grant = grants[exchange.code];
  const { redirectUri, verifier = '' } = exchange;
  if (!grant || grant.redirectUri !== redirectUri || grant.expiresAt <= now.toISOString()) return undefined;
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (grant.challenge !== null && grant.challenge !== challenge) return undefined;
  delete grants[exchange.code];
  return grant;
}

function refusalPage(c: Context, { platform }: ConsentPage, problem: string) {
  c.status(400);
  return sandboxPage(c, { platform, title: 'An error has occurred', body: html`<p class="error">${problem}</p>` });
}

function consentForm(c: Context, page: ConsentPage, { asked, username }: Consent) {
  const fields = { ...asked, [page.clientField ?? 'client_id']: sandboxApp.clientId };
  const hidden = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  const body = html`
    <p><strong>ClientNest</strong> asks to use a sandbox account. It will be able to:</p>
    <ul>
      ${scopesOf(asked).map((scope) => html`<li><code>${scope}</code></li>`)}
    </ul>
    <form method="post" action="${page.path}">
      ${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <label for="account">Sign in as</label>
      <input id="account" name="account" value="${username}" list="accounts" required pattern="[A-Za-z0-9_.]{1,30}" autocomplete="off" />
      <datalist id="accounts">${page.usernames().map((name) => html`<option value="${name}"></option>`)}</datalist>
      <small>Any name of letters, digits, dots and _ will do; there is no password.</small>
      <div>
        <button class="primary" name="decision" value="authorize">Authorize</button>
        <button name="decision" value="deny" formnovalidate>Deny</button>
      </div>
    </form>
  `;
  return sandboxPage(c, { platform: page.platform, title: 'Authorization required', body });
}

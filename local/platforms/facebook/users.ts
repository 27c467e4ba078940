import type { Context } from 'hono';
import { graphError, objectMissing } from '../graph-refusals.ts';
import { sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import { avatarUrl } from '../sandbox-pages.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid } from './refusals.ts';
import type { Page, User } from './state.ts';
import {
  callingUser,
  type FacebookStore,
  goodToken,
  issueToken,
  parametersOf,
  signedToken,
  userNamed,
} from './store.ts';
import { versionPath } from './version.ts';

const shortSeconds = 3600;
const longSeconds = 60 * 24 * 3600;

/** What concerns the user: tokens, permissions, and the pages that they open. */
export function addUsers(app: SandboxApp, store: FacebookStore) {
  const { current } = store.state;

  app.get(`${versionPath}/oauth/access_token`, async (c) => {
    const given = await parametersOf(c);
    if (given.client_id !== sandboxApp.clientId || given.client_secret !== sandboxApp.clientSecret)
      throw graphError({ message: 'Error validating client secret.', code: 1 });
    if (given.grant_type === 'fb_exchange_token') return longToken(c, store, given.fb_exchange_token ?? '');
    return codeToken(c, store, given);
  });

  app.get(`${versionPath}/me`, async (c) => {
    const { user } = await callingUser(c, store);
    return c.json({ id: user.id });
  });

  app.get(`${versionPath}/me/permissions`, async (c) => {
    const { user } = await callingUser(c, store);
    return c.json({ data: user.permissions.map((permission) => ({ permission, status: 'granted' })) });
  });

  app.get(`${versionPath}/me/accounts`, async (c) => {
    const { token, user } = await callingUser(c, store);
    if (!user.permissions.includes('pages_show_list')) return c.json({ data: [] });
    const { limit = '25', after = '' } = c.req.query();
    const all = Object.values(current.pages).filter(({ userId }) => userId === user.id);
    const start = after === '' ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const shown = all.slice(start, start + Math.min(100, Number(limit)));
    const data = shown.map((page) => ({ ...pageView(store, page), access_token: pageToken(store, page, token).token }));
    const cursors = { before: shown[0]?.id ?? '', after: shown.at(-1)?.id ?? '' };
    const next = start + shown.length < all.length ? { next: `${store.url}${c.req.path}?after=${cursors.after}` } : {};
    return c.json({ data, paging: { cursors, ...next } });
  });

  app.delete(`${versionPath}/:user/permissions`, async (c) => {
    const user = current.users[c.req.param('user')];
    if (!user) throw objectMissing(c.req.param('user'));
    await mayRevoke(c, store, user);
    user.permissions = [];
    for (const { token, userId } of Object.values(current.tokens)) if (userId === user.id) delete current.tokens[token];
    store.state.changed();
    return c.json({ success: true });
  });
}

function codeToken(c: Context, store: FacebookStore, given: Record<string, string>) {
  const exchange = { code: given.code ?? '', redirectUri: given.redirect_uri };
  const grant = takeGrant(store.state.current.grants, exchange, store.now());
  if (!grant) throw graphError({ message: 'This authorization code has been used.', code: 100, subcode: 36009 });
  const user = userNamed(store, grant.username);
  user.permissions = [...new Set([...user.permissions, ...grant.scopes, 'public_profile'])];
  return c.json(userToken(store, user, shortSeconds));
}

/** An expired token can't be exchanged. */
const longToken = (c: Context, store: FacebookStore, given: string) =>
  c.json(userToken(store, goodToken(store, given).user, longSeconds));

function userToken(store: FacebookStore, user: User, seconds: number) {
  const expiresAt = new Date(store.now().getTime() + seconds * 1000).toISOString();
  const isLongLived = seconds === longSeconds;
  const { token } = issueToken(store, { userId: user.id, pageId: null, isLongLived, expiresAt });
  return { access_token: token, token_type: 'bearer', expires_in: seconds };
}

/** A page's token lasts when it was read with a long-lived one; else it ends with the user's. */
const pageToken = (store: FacebookStore, page: Page, by: { isLongLived: boolean; expiresAt: string | null }) =>
  issueToken(store, {
    userId: page.userId,
    pageId: page.id,
    isLongLived: by.isLongLived,
    expiresAt: by.isLongLived ? null : by.expiresAt,
  });

/** Pictures come by themselves, and small. */
export const pageView = ({ url }: FacebookStore, { id, name, tasks }: Page) => ({
  id,
  name,
  tasks,
  category: 'Local business',
  picture: { data: { height: 50, is_silhouette: false, url: avatarUrl(url), width: 50 } },
});

/** Either the user's own token, or that of the app. */
async function mayRevoke(c: Context, store: FacebookStore, user: User): Promise<void> {
  const token = await signedToken(c);
  if (token === `${sandboxApp.clientId}|${sandboxApp.clientSecret}`) return;
  if (goodToken(store, token).user.id !== user.id) throw invalid('The token is not of this user');
}

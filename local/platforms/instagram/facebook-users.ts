import type { Context } from 'hono';
import { graphError, objectMissing } from '../graph-refusals.ts';
import { sandboxApp, takeGrant } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import type { Account, FacebookUser } from './state.ts';
import {
  callingToken,
  checkProof,
  goodToken,
  type InstagramStore,
  issueToken,
  parametersOf,
  userNamed,
} from './store.ts';
import { versionPath } from './version.ts';

const shortSeconds = 3600;
const longSeconds = 60 * 24 * 3600;

/** Facebook Login: the user's tokens and permissions, and the pages with the accounts that are linked to them. */
export function addFacebookUsers(app: SandboxApp, store: InstagramStore) {
  const { current } = store.state;

  app.get(`${versionPath}/oauth/access_token`, async (c) => {
    const given = await parametersOf(c);
    if (given.client_id !== sandboxApp.clientId || given.client_secret !== sandboxApp.clientSecret)
      throw graphError({ message: 'Error validating client secret.', code: 1 });
    if (given.grant_type === 'fb_exchange_token')
      return c.json(userToken(store, goodToken(store, given.fb_exchange_token).userId, longSeconds));
    const exchange = { code: given.code ?? '', redirectUri: given.redirect_uri };
    const grant = takeGrant(current.facebookGrants, exchange, store.now());
    if (!grant) throw graphError({ message: 'This authorization code has been used.', code: 100, subcode: 36009 });
    const user = userNamed(store, grant.username);
    user.permissions = [...new Set([...user.permissions, ...grant.scopes, 'public_profile'])];
    return c.json(userToken(store, user.id, shortSeconds));
  });

  app.get(`${versionPath}/me/permissions`, async (c) => {
    const user = await callingUser(c, store);
    return c.json({ data: user.permissions.map((permission) => ({ permission, status: 'granted' })) });
  });

  app.get(`${versionPath}/me/accounts`, async (c) => {
    const user = await callingUser(c, store);
    const sees = user.permissions.includes('pages_show_list');
    const linked = Object.values(current.accounts).filter(({ ownerId }) => sees && ownerId === user.id);
    const withoutAccount = { ...pageView(store, user), id: '1', name: 'A page without an account' };
    const data = [...linked.map((account) => pageView(store, user, account)), ...(sees ? [withoutAccount] : [])];
    return c.json({ data, paging: { cursors: { before: 'b', after: 'a' } } });
  });

  app.delete(`${versionPath}/:user/permissions`, async (c) => {
    const id = c.req.param('user');
    const user = current.users[id];
    if (!user) throw objectMissing(id);
    const { access_token = '', appsecret_proof } = c.req.query();
    checkProof(access_token, appsecret_proof);
    if (
      access_token !== `${sandboxApp.clientId}|${sandboxApp.clientSecret}` &&
      goodToken(store, access_token).userId !== id
    )
      throw graphError({ message: 'The token is not of this user', code: 100 });
    user.permissions = [];
    for (const { token, userId } of Object.values(current.tokens)) if (userId === id) delete current.tokens[token];
    store.state.changed();
    return c.json({ success: true });
  });
}

async function callingUser(c: Context, store: InstagramStore): Promise<FacebookUser> {
  const { kind, userId } = await callingToken(c, store);
  const user = store.state.current.users[userId ?? ''];
  if (kind !== 'user' || !user) throw graphError({ message: 'A user access token is required', code: 190 });
  return user;
}

function userToken(store: InstagramStore, userId: string | null, seconds: number) {
  const isLongLived = seconds === longSeconds;
  const { token } = issueToken(store, { kind: 'user', accountId: null, userId, scopes: [], isLongLived, seconds });
  return { access_token: token, token_type: 'bearer', expires_in: seconds };
}

/** A page's token lasts. A page without an account has no field for it. */
function pageView(store: InstagramStore, { id: userId }: FacebookUser, account?: Account) {
  const accountId = account?.id ?? null;
  const issued = { kind: 'page', accountId, userId, scopes: [], isLongLived: true, seconds: null } as const;
  return {
    id: `9${accountId}`,
    name: account?.username,
    tasks: ['ANALYZE', 'CREATE_CONTENT', 'MANAGE'],
    access_token: issueToken(store, { ...issued, scopes: [] }).token,
    ...(account && { instagram_business_account: { id: account.id, username: account.username } }),
  };
}

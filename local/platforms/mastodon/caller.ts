import type { Context } from 'hono';
import { outsideScopes, unauthorized, unprocessable } from './refusals.ts';
import { covers } from './scopes.ts';
import type { Account, Token } from './state.ts';
import type { MastodonStore } from './store.ts';

export type MastodonCaller = { account: Account; token: Token };

const endings = { revoked: 'The access token was revoked', expired: 'The access token expired' };

export const bearerOf = (c: Context) => /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];

/** The signed-in account, if the token grants one of the accepted scopes. */
export function callerOf(c: Context, store: MastodonStore, accepted: readonly string[]): MastodonCaller {
  const token = store.state.current.tokens[bearerOf(c) ?? ''];
  if (!token) throw unauthorized('The access token is invalid');
  if (token.ended) throw unauthorized(endings[token.ended]);
  if (!covers(token.scopes, accepted)) throw outsideScopes();
  const account = store.state.current.accounts[token.accountId ?? ''];
  if (!account) throw unprocessable('This method requires an authenticated user');
  return { account, token };
}

/** For what anyone may read: who calls, if anybody. A token that is given must still be good. */
export const readerOf = (c: Context, store: MastodonStore): MastodonCaller | undefined =>
  bearerOf(c) === undefined ? undefined : callerOf(c, store, ['read:statuses']);

import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { checkProof } from './dpop.ts';
import { currentNonce } from './dpop-nonces.ts';
import { type Claims, readJwt, signJwt, type TokenType } from './jwt.ts';
import { proofRefused } from './oauth-refusals.ts';
import { authMissing, expiredToken, invalidToken } from './refusals.ts';
import type { Account, OAuthSession } from './state.ts';
import type { BlueskyStore } from './store.ts';

const accessLifeSeconds = 120 * 60;
const refreshLifeSeconds = 90 * 24 * 3600;

const seconds = (time: Date) => Math.floor(time.getTime() / 1000);
const audience = ({ url }: BlueskyStore) => `did:web:${new URL(url).hostname}`;

function accessJwt(store: BlueskyStore, did: string): string {
  const { jwtSecret, generation } = store.state.current;
  const iat = seconds(store.now());
  const claims = { scope: 'com.atproto.appPass', aud: audience(store), sub: did, iat, exp: iat + accessLifeSeconds };
  return signJwt(jwtSecret, 'at+jwt', { ...claims, generation });
}

function refreshJwt(store: BlueskyStore, did: string, jti: string): string {
  const iat = seconds(store.now());
  const exp = iat + refreshLifeSeconds;
  const { jwtSecret, refreshTokens } = store.state.current;
  refreshTokens[jti] ??= { did, expiresAt: new Date(exp * 1000).toISOString(), nextId: null };
  return signJwt(jwtSecret, 'refresh+jwt', {
    scope: 'com.atproto.refresh',
    aud: audience(store),
    sub: did,
    jti,
    iat,
    exp,
  });
}

export function newTokens(store: BlueskyStore, did: string, refreshId = randomBytes(32).toString('base64')) {
  const tokens = { accessJwt: accessJwt(store, did), refreshJwt: refreshJwt(store, did, refreshId) };
  store.state.changed();
  return tokens;
}

function bearerClaims(c: Context, { state, now }: BlueskyStore, wanted: TokenType): Claims {
  const token = /^Bearer (\S+)$/.exec(c.req.header('Authorization') ?? '')?.[1];
  if (!token) throw authMissing();
  const jwt = readJwt(state.current.jwtSecret, token);
  if (!jwt) throw invalidToken('Token could not be verified');
  if (jwt.claims.exp <= seconds(now())) throw expiredToken('Token has expired');
  if (jwt.typ !== wanted || jwt.claims.cnf) throw invalidToken('Invalid token type');
  return jwt.claims;
}

export const accessLifeOfOAuthSeconds = 3600;

export function dpopAccessJwt(store: BlueskyStore, { did, scope, jkt }: OAuthSession, session: string): string {
  const { jwtSecret, generation } = store.state.current;
  const iat = seconds(store.now());
  const times = { iat, exp: iat + accessLifeOfOAuthSeconds };
  return signJwt(jwtSecret, 'at+jwt', {
    aud: audience(store),
    sub: did,
    scope,
    ...times,
    generation,
    cnf: { jkt },
    session,
  });
}

/** A proof is good once; who calls may be asked again within one call. */
const proven = new WeakMap<Request, Account>();

/** The account whose token and proof a call has (RFC 9449 §7.1). */
function provenCaller(c: Context, store: BlueskyStore, token: string): Account {
  const known = proven.get(c.req.raw);
  if (known) return known;
  const proof = checkProof(c, store, token);
  if ('error' in proof) throw proofRefused(store, proof.error, proof.description);
  const { jwtSecret, generation: newest, oauthSessions, accounts } = store.state.current;
  const jwt = readJwt(jwtSecret, token);
  const { cnf, session = '', generation = 0, exp, sub } = jwt?.claims ?? { exp: 0, sub: '' };
  const isBound = jwt?.typ === 'at+jwt' && cnf?.jkt === proof.jkt;
  const isAlive = exp > seconds(store.now()) && generation >= newest && oauthSessions[session] !== undefined;
  const account = accounts[sub];
  if (!isBound || !account) throw proofRefused(store, 'invalid_token', 'Invalid token');
  if (!isAlive) throw proofRefused(store, 'invalid_token', 'exp claim timestamp check failed');
  c.header('DPoP-Nonce', currentNonce(store));
  proven.set(c.req.raw, account);
  return account;
}

/** The account that calls, by its access token. */
export function callerOf(c: Context, store: BlueskyStore): Account {
  const bound = /^DPoP (\S+)$/.exec(c.req.header('Authorization') ?? '')?.[1];
  if (bound !== undefined) return provenCaller(c, store, bound);
  const { sub, generation = 0 } = bearerClaims(c, store, 'at+jwt');
  if (generation < store.state.current.generation) throw expiredToken('Token has expired');
  const account = store.state.current.accounts[sub];
  if (!account) throw invalidToken('Token could not be verified');
  return account;
}

/**
 * Trades a refresh token for new tokens. The old one is good for a short grace, in which it gives the same successor,
 * so a client whose answer was lost can ask again.
 */
export function rotate(c: Context, store: BlueskyStore): { did: string; accessJwt: string; refreshJwt: string } {
  const { refreshTokens } = store.state.current;
  const { jti = '' } = bearerClaims(c, store, 'refresh+jwt');
  const used = refreshTokens[jti];
  const now = store.now();
  if (!used || used.expiresAt <= now.toISOString()) throw expiredToken('Token has been revoked');
  const graceEnd = now.getTime() + store.refreshGraceSeconds * 1000;
  used.expiresAt = new Date(Math.min(graceEnd, Date.parse(used.expiresAt))).toISOString();
  used.nextId ??= randomBytes(32).toString('base64');
  return { did: used.did, ...newTokens(store, used.did, used.nextId) };
}

export function revoke(c: Context, store: BlueskyStore) {
  const { jti = '' } = bearerClaims(c, store, 'refresh+jwt');
  delete store.state.current.refreshTokens[jti];
  store.state.changed();
}

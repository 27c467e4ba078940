import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import * as z from 'zod';
import { isGoodNonce } from './dpop-nonces.ts';
import { decodeJwt, isSignedBy, PublicJwk, thumbprint } from './signed-jwt.ts';
import type { BlueskyStore } from './store.ts';

const Header = z.object({ typ: z.literal('dpop+jwt'), alg: z.literal('ES256'), jwk: PublicJwk });
const Claims = z.object({
  jti: z.string().min(1),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  nonce: z.string().optional(),
  ath: z.string().optional(),
});

/** A proof that is too old or from the future; the nonce bounds its life besides. */
const clockSeconds = 190;

export type ProofProblem = { error: 'use_dpop_nonce' | 'invalid_dpop_proof'; description: string };

/** The thumbprint of the key that has signed the call (RFC 9449 §4.3), or what is wrong. */
export function checkProof(c: Context, store: BlueskyStore, accessToken?: string): { jkt: string } | ProofProblem {
  const proof = c.req.header('DPoP') ?? '';
  const jwt = decodeJwt(proof);
  const header = Header.safeParse(jwt?.header);
  const claims = Claims.safeParse(jwt?.claims);
  if (!header.success || !claims.success) return invalid('Failed to verify DPoP proof');
  if (!isSignedBy(proof, header.data.jwk)) return invalid('signature verification failed');
  const { jti, htm, htu, iat, nonce, ath } = claims.data;
  if (Math.abs(store.now().getTime() / 1000 - iat) > clockSeconds) return invalid('"iat" is too far from now');
  if (htm !== c.req.method) return invalid('DPoP "htm" mismatch');
  if (htu !== `${store.url}${c.req.path}`) return invalid('DPoP "htu" mismatch');
  if (nonce === undefined || !isGoodNonce(store, nonce))
    return { error: 'use_dpop_nonce', description: 'Authorization server requires nonce in DPoP proof' };
  if (ath !== (accessToken === undefined ? undefined : createHash('sha256').update(accessToken).digest('base64url')))
    return invalid('DPoP "ath" mismatch');
  if (store.seenProofs.has(jti)) return invalid('DPoP proof replayed');
  store.seenProofs.add(jti);
  return { jkt: thumbprint(header.data.jwk) };
}

/** The client knows no good nonce yet: this call is to get one. */
export function asksForNonce(c: Context, store: BlueskyStore): boolean {
  const proof = c.req.header('DPoP');
  const claims = Claims.safeParse(decodeJwt(proof ?? '')?.claims);
  return claims.success && !isGoodNonce(store, claims.data.nonce ?? '');
}

const invalid = (description: string): ProofProblem => ({ error: 'invalid_dpop_proof', description });

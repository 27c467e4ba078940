import { createHash, createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';

const Jwk = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });
export const PublicJwk = Jwk.loose().refine((jwk) => !('d' in jwk), 'a private key');
export type PublicJwk = z.infer<typeof PublicJwk>;

/** Header and claims of a JWT, not yet verified; undefined for what is none. */
export function decodeJwt(token: string): { header: unknown; claims: unknown } | undefined {
  const [header = '', claims = '', ...rest] = token.split('.');
  try {
    return rest.length === 1 ? { header: decoded(header), claims: decoded(claims) } : undefined;
  } catch {
    return undefined; // whoever asks refuses it
  }
}

const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Whether this key has signed it with ES256 (RFC 7518 §3.4). */
export function isSignedBy(token: string, { kty, crv, x, y }: PublicJwk): boolean {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

/** RFC 7638: the hash of the members that make the key, in the order of their names. */
export const thumbprint = ({ kty, crv, x, y }: PublicJwk) =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');

import * as z from 'zod';

const Point = z.string().regex(/^[\w-]{43}$/);

/** A private key for ES256, as a JWK (RFC 7518 §6.2). */
export const P256Key = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: Point,
  y: Point,
  d: Point,
});
export type P256Key = z.infer<typeof P256Key>;

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };

/** All of it that others may know. */
export const publicPart = ({ kty, crv, x, y }: P256Key) => ({ kty, crv, x, y });

export const signingKey = ({ kty, crv, x, y, d }: P256Key) =>
  crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ecdsa, false, ['sign']);

export const verifyingKey = (key: P256Key) => crypto.subtle.importKey('jwk', publicPart(key), ecdsa, true, ['verify']);

export async function newP256Key(): Promise<P256Key> {
  const { privateKey } = await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  return P256Key.parse(await crypto.subtle.exportKey('jwk', privateKey));
}

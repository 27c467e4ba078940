import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

const Header = z.object({ typ: z.enum(['at+jwt', 'refresh+jwt']), alg: z.literal('HS256') });
const Claims = z.object({
  scope: z.string(),
  aud: z.string(),
  sub: z.string(),
  iat: z.int(),
  exp: z.int(),
  /** Refresh tokens only. */
  jti: z.string().optional(),
  /** Access tokens only, and the sandbox's own: what `expire_tokens` leaves behind. */
  generation: z.int().optional(),
  /** Of sessions by consent: the key that its calls are signed with (RFC 9449 §6.1), and which one it is. */
  cnf: z.object({ jkt: z.string() }).optional(),
  session: z.string().optional(),
});
export type Claims = z.infer<typeof Claims>;
export type TokenType = z.infer<typeof Header>['typ'];

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
const signature = (secret: string, signed: string) => createHmac('sha256', secret).update(signed).digest();

export function signJwt(secret: string, typ: TokenType, claims: Claims): string {
  const signed = `${encoded({ typ, alg: 'HS256' })}.${encoded(claims)}`;
  return `${signed}.${signature(secret, signed).toString('base64url')}`;
}

/** Undefined when the token is not one of ours; whether it expired is for the caller to say. */
export function readJwt(secret: string, token: string): { typ: TokenType; claims: Claims } | undefined {
  const [header = '', claims = '', signed = ''] = token.split('.');
  const given = Buffer.from(signed, 'base64url');
  const expected = signature(secret, `${header}.${claims}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return { typ: Header.parse(decoded(header)).typ, claims: Claims.parse(decoded(claims)) };
}

const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

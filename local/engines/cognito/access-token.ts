import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import * as z from 'zod';
import { ServiceError } from '../json-rpc.ts';

const Claims = z.object({
  username: z.string(),
  client_id: z.string(),
  token_use: z.literal('access'),
  iss: z.string(),
  exp: z.number(),
});
export type AccessClaims = z.infer<typeof Claims>;

/** Reads an access token as Cognito's own operations do: signed by the pool and not expired. The engine only decodes it. */
export function readAccessToken(token: string, key: JsonWebKey, now = Date.now()): AccessClaims {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${head}.${payload}`);
  const publicKey = createPublicKey({ key, format: 'jwk' });
  if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))) throw refused('Invalid Access Token');
  const claims = Claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (!claims.success) throw refused('Invalid Access Token');
  if (claims.data.exp * 1000 <= now) throw refused('Access Token has expired');
  return claims.data;
}

const refused = (message: string) => new ServiceError('NotAuthorizedException', message);

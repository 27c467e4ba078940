import * as z from 'zod';

const Claims = z.object({ sub: z.uuid(), iat: z.number().int(), exp: z.number().int() });

/** The claims of a token that came straight from the user pool; one that came from a caller is verified instead. */
export function readOwnToken(jwt: string) {
  const [, payload = ''] = jwt.split('.');
  return Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
}

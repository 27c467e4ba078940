import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as z from 'zod';

const Claims = z.looseObject({ exp: z.number(), iat: z.number() });
const KeyFile = z.object({ jwk: z.record(z.string(), z.string()) });

/** The key that the local Cognito engine signs with: it comes with the package and is no secret. */
function engineKey(): KeyObject {
  const file = createRequire(import.meta.url).resolve('cognito-local/lib/keys/cognitoLocal.private.json');
  const { jwk } = KeyFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  return createPrivateKey({ key: jwk, format: 'jwk' });
}

/** The same token, well signed, as it looks an hour after its end. */
export const expired = (token: string) =>
  resigned(token, engineKey(), ({ exp, iat, ...claims }) => {
    const lifetime = exp - iat;
    const end = Math.floor(Date.now() / 1000) - 3600;
    return { ...claims, iat: end - lifetime, exp: end };
  });

/** The same claims under a signature of somebody else's key. */
export const forged = (token: string) =>
  resigned(token, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, (claims) => claims);

function resigned(token: string, key: KeyObject, change: (claims: z.output<typeof Claims>) => object): string {
  const [head = '', payload = ''] = token.split('.');
  const claims = Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  const body = `${head}.${Buffer.from(JSON.stringify(change(claims))).toString('base64url')}`;
  return `${body}.${sign('RSA-SHA256', Buffer.from(body), key).toString('base64url')}`;
}

import { createECDH, createHash } from 'node:crypto';

/** Always the same, so that connections outlive a restart; as public as all of the sandboxes' secrets. */
export function localClientKey(name = 'local') {
  const secret = createHash('sha256').update(`sandbox client key ${name}`).digest();
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey(); // 4, x, y
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), secret].map((part) => part.toString('base64url'));
  return { kty: 'EC', crv: 'P-256', x, y, d, kid: name };
}

/** Credentials of a client whose document is at this address. */
export const localClient = (clientId: string, redirectUris: string[], keys = [localClientKey()]) => ({
  clientId,
  clientSecret: JSON.stringify({ keys }),
  redirectUris,
});

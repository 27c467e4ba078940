import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretBox, SecretContext } from '../../functions/runtime/secrets.ts';

const contextBytes = (context: SecretContext) =>
  Buffer.from(JSON.stringify(Object.entries(context).toSorted(([one], [other]) => one.localeCompare(other))));

/** Seals as KMS does: what was sealed for one context opens for no other. */
export function fakeSecretBox(): SecretBox {
  const key = randomBytes(32);
  return {
    async seal(secret, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(contextBytes(context));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    async open(sealed, context) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
        .setAAD(contextBytes(context))
        .setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
    },
  };
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits of chance, as text: too many to guess, so a plain hash keeps them as well as a slow one would. */
export const randomSecret = () => randomBytes(32).toString('base64url');

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** What is stored of a secret. */
export const digestOf = (secret: string) => sha256(secret).toString('base64url');

/** Compares in the same time wherever the two differ. */
export const isDigestOf = (digest: string, secret: string) => {
  const stored = Buffer.from(digest, 'base64url');
  const given = sha256(secret);
  return stored.length === given.length && timingSafeEqual(stored, given);
};

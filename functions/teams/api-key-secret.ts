import { randomSecret } from './digest.ts';

/** `cn_<id>_<secret>`: scanners of source code recognise it, and it tells which key it is of. */
const form = /^(cn_([0-7][0-9a-hjkmnp-tv-z]{25}))_[\w-]{43}$/;

/** How the secret of a key begins; safe to show. */
export const apiKeyPrefix = (id: string) => id.replace('key_', 'cn_');

export const newApiKeySecret = (id: string) => `${apiKeyPrefix(id)}_${randomSecret()}`;

/** Which key a secret says it is of; undefined for what is no secret of a key. */
export function apiKeyIdOf(secret: string): string | undefined {
  const suffix = form.exec(secret)?.[2];
  return suffix && `key_${suffix}`;
}

/** Whether a bearer token is meant to be an API key, good or not. */
export const looksLikeApiKey = (token: string) => token.startsWith('cn_');

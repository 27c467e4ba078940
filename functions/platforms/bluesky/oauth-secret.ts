import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import type { Account, TokenLife } from '../adapter.ts';
import { P256Key } from './p256.ts';

/** What the sealed secret of an account holds that was connected by consent. */
export const OAuthSecret = z.object({
  kind: z.literal('oauth'),
  did: z.string(),
  /** The server that holds the account's records, and the one that gives tokens for it. */
  server: z.string(),
  issuer: z.string(),
  /** Servers bind a session to our client and the key it began with, and its tokens to a key of their own. */
  clientId: z.string(),
  keyId: z.string().optional(),
  dpopKey: P256Key,
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.iso.datetime(),
  renewedAt: z.iso.datetime(),
});
export type OAuthSecret = z.infer<typeof OAuthSecret>;

const Kind = z.object({ kind: z.literal('oauth').optional() });

export const isOAuthSecret = ({ secret }: Pick<Account, 'secret'>) => Kind.parse(JSON.parse(secret)).kind === 'oauth';

export const openOAuth = ({ secret }: Pick<Account, 'secret'>) => OAuthSecret.parse(JSON.parse(secret));

/** No server tells how long its refresh tokens live: three months at Bluesky, half a year at most, less where it is careful. */
const renewalDays = 28;

/** An app password makes sessions as long as it stands; a session by consent ends where nobody renews it. */
export function tokenLife(secret: string): TokenLife | undefined {
  if (!isOAuthSecret({ secret })) return undefined;
  const renewedAt = new Date(openOAuth({ secret }).renewedAt);
  return { expiresAt: addSeconds(renewedAt, renewalDays * 24 * 3600), isRenewable: true };
}

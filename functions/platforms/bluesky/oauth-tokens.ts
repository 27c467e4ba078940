import type { TokenEndpointResponse } from 'oauth4webapi';
import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import { PlatformRefused } from '../adapter.ts';
import { malformed } from '../answer.ts';
import { blueskyScopes } from './client-metadata.ts';

/** What a server of the AT Protocol answers for a code or a refresh token, besides what OAuth asks of it. */
const Given = z.object({
  access_token: z.string(),
  token_type: z.literal('dpop'),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive().default(300),
  sub: z.string().startsWith('did:').max(2048),
  scope: z.string(),
});

/** The tokens, whose they are and what they open. Users who grant less than a post needs are asked again. */
export function givenTokens(answer: TokenEndpointResponse, now: Date) {
  const given = Given.safeParse(answer);
  if (!given.success) throw new PlatformRefused(malformed('The authorization server'));
  const { access_token, refresh_token, expires_in, sub, scope } = given.data;
  const scopes = scope.split(' ').filter(Boolean);
  if (!blueskyScopes.every((wanted) => scopes.includes(wanted))) {
    const message = `Not all was granted that posts need: ${blueskyScopes.join(' ')}.`;
    throw new PlatformRefused({ kind: 'reconnect', platformCode: 'insufficient_scope', message });
  }
  return {
    did: sub,
    scopes,
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: addSeconds(now, expires_in).toISOString(),
    renewedAt: now.toISOString(),
  };
}

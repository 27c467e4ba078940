import * as z from 'zod';
import type { BlueskyClientMetadata } from '../contract.ts';
import type { AppCredentials } from '../platform-apps.ts';
import { P256Key, publicPart } from './p256.ts';

/** What is asked for: as much as an app password opens, without the messages. */
export const blueskyScopes = ['atproto', 'transition:generic'];

const ClientKey = P256Key.extend({ kid: z.string().min(1) });
const ClientKeys = z.object({ keys: z.array(ClientKey) });
type ClientKey = z.infer<typeof ClientKey>;

/**
 * Our private keys (RFC 7517): the first is for new sessions, the others live on for those that began with them. Without
 * any we are a public client, which servers let stay for two weeks at most.
 */
export function clientKeys({ clientSecret }: Pick<AppCredentials, 'clientSecret'>): ClientKey[] {
  try {
    return ClientKeys.parse(JSON.parse(clientSecret)).keys;
  } catch {
    // The error's own words would hold the value.
    throw new Error('the clientSecret for bluesky is not {"keys": […]} of P-256 JWKs, each with a kid');
  }
}

/** The document that our `client_id` is the address of: how servers of the AT Protocol come to know us. */
export function clientMetadata(credentials: AppCredentials): BlueskyClientMetadata {
  const { clientId, redirectUris = [] } = credentials;
  const keys = clientKeys(credentials).map((key) => ({
    ...publicPart(key),
    kid: key.kid,
    alg: 'ES256' as const,
    use: 'sig' as const,
  }));
  return {
    client_id: clientId,
    client_name: 'ClientNest',
    client_uri: new URL('/', clientId).href,
    application_type: 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: blueskyScopes.join(' '),
    redirect_uris: redirectUris,
    ...(keys.length === 0
      ? { token_endpoint_auth_method: 'none' as const }
      : {
          token_endpoint_auth_method: 'private_key_jwt' as const,
          token_endpoint_auth_signing_alg: 'ES256' as const,
          jwks: { keys },
        }),
    dpop_bound_access_tokens: true,
  };
}

import * as z from 'zod';
import { oauthError } from './oauth-refusals.ts';
import { decodeJwt, isSignedBy, PublicJwk } from './signed-jwt.ts';
import type { BlueskyStore } from './store.ts';

const ClientKey = PublicJwk.and(z.object({ kid: z.string().min(1) }));

/** What a client's document must say (https://atproto.com/specs/oauth#client-id-metadata-document). */
const Metadata = z.object({
  client_id: z.string(),
  client_name: z.string().optional(),
  application_type: z.enum(['web', 'native']).default('web'),
  grant_types: z.array(z.string()).refine((types) => types.includes('authorization_code')),
  response_types: z.array(z.string()).refine((types) => types.includes('code')),
  scope: z.string().refine((scope) => scope.split(' ').includes('atproto')),
  redirect_uris: z.array(z.url()).min(1),
  token_endpoint_auth_method: z.enum(['none', 'private_key_jwt']).default('none'),
  token_endpoint_auth_signing_alg: z.literal('ES256').optional(),
  dpop_bound_access_tokens: z.literal(true),
  jwks: z.object({ keys: z.array(ClientKey).min(1) }).optional(),
});
export type Client = z.infer<typeof Metadata>;

/**
 * A client by its id: the document at that address, or for development none, when it is `http://localhost?…`. As documents
 * of a local run lie on this machine, addresses there may be http and have ports.
 */
export async function findClient(store: BlueskyStore, clientId: string): Promise<Client> {
  const url = URL.parse(clientId);
  const isLocal = url?.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (url?.origin === 'http://localhost') return localhostClient(store, url);
  if (!url || (url.protocol !== 'https:' && !isLocal)) throw badClient(store, 'client_id is no https address');
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
  const isJson = answer?.headers.get('content-type')?.split(';')[0] === 'application/json';
  const document: unknown = answer?.status === 200 && isJson ? await answer.json().catch(() => undefined) : undefined;
  const metadata = Metadata.safeParse(document);
  if (!metadata.success) throw badClient(store, `no metadata of a client at ${clientId}`);
  if (metadata.data.client_id !== clientId) throw badClient(store, 'client_id does not match');
  const needsKeys = metadata.data.token_endpoint_auth_method === 'private_key_jwt';
  if (needsKeys !== (metadata.data.jwks !== undefined)) throw badClient(store, 'private_key_jwt and jwks go together');
  return metadata.data;
}

const badClient = (store: BlueskyStore, description: string) =>
  oauthError(store, 'invalid_client_metadata', description);

const loopbacks = new Set(['127.0.0.1', '[::1]']);

function localhostClient(store: BlueskyStore, url: URL): Client {
  if (url.pathname !== '/') throw badClient(store, 'the path of a localhost client must be empty');
  const redirects = url.searchParams.getAll('redirect_uri');
  return {
    client_id: url.href,
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: url.searchParams.get('scope') ?? 'atproto',
    redirect_uris: redirects.length > 0 ? redirects : ['http://127.0.0.1/', 'http://[::1]/'],
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
  };
}

/** Web addresses as declared and on the client's own host; on one's own machine any port, and in a local run any path. */
export function mayRedirect({ client_id, redirect_uris }: Client, redirectUri: string): boolean {
  const wanted = URL.parse(redirectUri);
  if (!wanted) return false;
  const client = new URL(client_id);
  const isLocalRun = client.hostname === '127.0.0.1';
  if (isLocalRun && (loopbacks.has(wanted.hostname) || wanted.hostname === 'localhost')) return true;
  if (loopbacks.has(wanted.hostname))
    return redirect_uris.some((known) => {
      const { hostname, pathname } = new URL(known);
      return hostname === wanted.hostname && pathname === wanted.pathname;
    });
  return redirect_uris.includes(redirectUri) && (isLocalRun || wanted.hostname === client.hostname);
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const Authentication = z.object({ client_assertion_type: z.literal(assertionType), client_assertion: z.string() });
const Header = z.object({ alg: z.literal('ES256'), kid: z.string() });

/** The key that the client has proven to have (RFC 7523); null for one that has none. */
export function authenticate(store: BlueskyStore, client: Client, form: Record<string, string>): string | null {
  if (client.token_endpoint_auth_method === 'none') return null;
  const refused = (description: string) => oauthError(store, 'invalid_client', description, 401);
  const { data: sent } = Authentication.safeParse(form);
  if (!sent) throw refused('client_assertion is missing');
  const jwt = decodeJwt(sent.client_assertion);
  const { data: header } = Header.safeParse(jwt?.header);
  const key = client.jwks?.keys.find(({ kid }) => kid === header?.kid);
  if (!key || !isSignedBy(sent.client_assertion, key))
    throw refused('the client_assertion is not signed by the client');
  const seconds = store.now().getTime() / 1000;
  const { data: claims } = z
    .object({
      iss: z.literal(client.client_id),
      sub: z.literal(client.client_id),
      aud: z.union([z.literal(store.url), z.array(z.string()).refine((all) => all.includes(store.url))]),
      jti: z.string().min(1),
      iat: z.number().min(seconds - 190),
      exp: z.number().min(seconds).optional(),
    })
    .safeParse(jwt?.claims);
  if (!claims) throw refused('the claims of the client_assertion are not as they must be');
  if (store.seenProofs.has(claims.jti)) throw refused('client_assertion replayed');
  store.seenProofs.add(claims.jti);
  return key.kid;
}

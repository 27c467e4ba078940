import type { SandboxApp } from '../sandbox-platform.ts';
import type { BlueskyStore } from './store.ts';
import { findAccount } from './store.ts';

export const oauthScopes = ['atproto', 'transition:generic', 'transition:chat.bsky', 'transition:email'];

/** What clients find their way by: the documents of the server, and those of its accounts as the directory has them. */
export function addOAuthMetadata(app: SandboxApp, store: BlueskyStore) {
  const { url } = store;
  app.get('/.well-known/oauth-protected-resource', (c) =>
    c.json({
      resource: url,
      authorization_servers: [url],
      scopes_supported: [],
      bearer_methods_supported: ['header'],
      resource_documentation: 'https://atproto.com',
    }),
  );

  app.get('/.well-known/oauth-authorization-server', (c) =>
    c.json({
      issuer: url,
      authorization_endpoint: `${url}/oauth/authorize`,
      token_endpoint: `${url}/oauth/token`,
      revocation_endpoint: `${url}/oauth/revoke`,
      pushed_authorization_request_endpoint: `${url}/oauth/par`,
      require_pushed_authorization_requests: true,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      dpop_signing_alg_values_supported: ['ES256'],
      scopes_supported: oauthScopes,
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      protected_resources: [url],
    }),
  );

  app.get('/:did{did:plc:[a-z2-7]+}', (c) => {
    const account = findAccount(store, c.req.param('did'));
    if (!account) return c.json({ message: `DID not registered: ${c.req.param('did')}` }, 404);
    return c.json(didDocument(store, account));
  });
}

export const didDocument = ({ url }: BlueskyStore, { did, handle }: { did: string; handle: string }) => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: did,
  alsoKnownAs: [`at://${handle}`],
  verificationMethod: [],
  service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: url }],
});

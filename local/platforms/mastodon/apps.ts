import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid } from './refusals.ts';
import { bodyFields } from './request-body.ts';
import { knownScopes, parseScopes } from './scopes.ts';
import { type MastodonStore, newSecret, nextId } from './store.ts';

export const outOfBand = 'urn:ietf:wg:oauth:2.0:oob';

const NewApp = z.object({
  client_name: z.string().trim().min(1),
  redirect_uris: z.union([z.string().transform((text) => text.split(/\s+/).filter(Boolean)), z.array(z.string())]),
  scopes: z.string().optional(),
  website: z.string().nullish(),
});

export function addApps(app: SandboxApp, store: MastodonStore) {
  app.post('/api/v1/apps', async (c) => {
    const wanted = NewApp.safeParse(await bodyFields(c));
    if (!wanted.success) throw invalid("Application name can't be blank, Redirect URI can't be blank");
    const { client_name: name, redirect_uris: redirectUris, website } = wanted.data;
    const scopes = parseScopes(wanted.data.scopes);
    if (redirectUris.length === 0) throw invalid("Redirect URI can't be blank");
    if (!redirectUris.every((uri) => uri === outOfBand || URL.canParse(uri))) {
      throw invalid('Redirect URI must be an absolute URI.');
    }
    if (!scopes.every((scope) => knownScopes.includes(scope))) {
      throw invalid("Scopes doesn't match configured on the server.");
    }
    const client = { clientId: newSecret(), clientSecret: newSecret() };
    const registered = { id: nextId(store), name, website: website ?? null, redirectUris, scopes, ...client };
    store.state.current.apps[registered.clientId] = registered;
    store.state.changed();
    return c.json({
      id: registered.id,
      name,
      website: registered.website,
      scopes,
      redirect_uri: redirectUris.join('\n'),
      redirect_uris: redirectUris,
      client_id: registered.clientId,
      client_secret: registered.clientSecret,
      client_secret_expires_at: 0,
      vapid_key: '',
    });
  });

  app.get('/.well-known/oauth-authorization-server', (c) =>
    c.json({
      issuer: `${store.url}/`,
      authorization_endpoint: `${store.url}/oauth/authorize`,
      token_endpoint: `${store.url}/oauth/token`,
      revocation_endpoint: `${store.url}/oauth/revoke`,
      app_registration_endpoint: `${store.url}/api/v1/apps`,
      service_documentation: 'https://docs.joinmastodon.org/',
      scopes_supported: knownScopes,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      code_challenge_methods_supported: ['S256'],
    }),
  );
}

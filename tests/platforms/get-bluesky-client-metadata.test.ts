import { describe, expect, test } from 'vitest';
import { platformsContract } from '../../functions/platforms/contract.ts';
import { getBlueskyClientMetadata } from '../../functions/platforms/get-bluesky-client-metadata.ts';
import type { AppCredentials } from '../../functions/platforms/platform-apps.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { localClient, localClientKey } from '../../local/platforms/bluesky/local-client.ts';
import { send } from '../support/request.ts';

const clientId = 'https://api.example.com/v1/oauth/bluesky/client-metadata.json';
const redirects = ['https://api.example.com/connected'];
const reading = (credentials?: AppCredentials) =>
  send(
    endpoint(platformsContract.getBlueskyClientMetadata, getBlueskyClientMetadata, () => ({
      apps: { find: async () => credentials },
    })),
    { caller: null },
  );

describe('GET /oauth/bluesky/client-metadata.json', () => {
  // https://atproto.com/specs/oauth#client-id-metadata-document
  test('says who we are, with our public keys and without the private ones', async () => {
    const keys = [localClientKey('new'), localClientKey('old')];
    const { status, body } = await reading(localClient(clientId, redirects, keys));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      client_id: clientId,
      client_uri: 'https://api.example.com/',
      scope: 'atproto transition:generic',
      redirect_uris: redirects,
      token_endpoint_auth_method: 'private_key_jwt',
      dpop_bound_access_tokens: true,
    });
    expect(body.jwks.keys).toEqual(keys.map(({ d: _, ...key }) => ({ ...key, alg: 'ES256', use: 'sig' })));
  });

  test('says that we have no keys where that is so', async () => {
    const { body } = await reading(localClient(clientId, redirects, []));
    expect(body).toMatchObject({ token_endpoint_auth_method: 'none' });
    expect(body.jwks).toBeUndefined();
  });

  test('is not there where we have no credentials', async () => {
    expect(await reading()).toMatchObject({ status: 404, body: { code: 'platform.not_configured' } });
  });

  test('tells nothing of credentials that are no keys', async () => {
    const { status, body } = await reading({ clientId, clientSecret: 'hush' });
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('hush');
  });
});

import * as oauth from 'oauth4webapi';
import { PlatformRefused } from '../adapter.ts';
import { appOf, type PlatformApps } from '../platform-apps.ts';
import { clientKeys } from './client-metadata.ts';
import { P256Key, signingKey, verifyingKey } from './p256.ts';

/** Who we are to authorization servers, and how we prove it. */
export type OAuthClient = { client: oauth.Client; authenticate: oauth.ClientAuth; keyId?: string | undefined };

/** A session that was begun by a client and with a key; servers bind it to both. */
export type Begun = { clientId: string; keyId?: string | undefined };

/** We as we are now, or for a session that has begun, as we were then. */
export async function ourClient(apps: PlatformApps, begun?: Begun): Promise<OAuthClient> {
  const app = await appOf(apps, 'bluesky');
  const keys = clientKeys(app);
  const key = begun ? keys.find(({ kid }) => kid === begun.keyId) : keys[0];
  if (begun && (begun.clientId !== app.clientId || (begun.keyId !== undefined && !key))) {
    const message = 'ClientNest has another key now than when the account was connected.';
    throw new PlatformRefused({ kind: 'reconnect', platformCode: null, message });
  }
  const authenticate = key ? oauth.PrivateKeyJwt({ key: await signingKey(key), kid: key.kid }) : oauth.None();
  return { client: { client_id: app.clientId }, authenticate, keyId: key?.kid };
}

/** Signs what is asked with the key of a session (RFC 9449), and knows the last nonce of each server that it has asked. */
export async function dpopProofs(key: P256Key): Promise<oauth.DPoPHandle> {
  const pair = { privateKey: await signingKey(key), publicKey: await verifyingKey(key) };
  return oauth.DPoP({}, pair);
}

export const openKey = (json: string) => P256Key.parse(JSON.parse(json));

import { OAuthPlatformId } from '../platforms/contract.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { beginConsent, type ConsentTools, consentTools } from './begin-consent.ts';
import { type ConnectionTable, connectionTable, type StoredConnection } from './connection-table.ts';
import { type AuthorizationRequest, connectionFaults, connectionsContract } from './contract.ts';

type Tools = ConsentTools & { connections: Pick<ConnectionTable, 'find'> };
type Reconnection = Call<typeof connectionsContract.reconnectConnection>;

/** The consent is bound to the connection: whoever comes back as another account is refused. */
export async function reconnectConnection({ path, body, caller }: Reconnection, tools: Tools) {
  const connection = await tools.connections.find(caller.teamId, path.connectionId);
  if (!connection) throw new Fault(connectionFaults['connection.not_found']);
  return beginConsent({ request: requestFor(connection, body), caller, connectionId: connection.id }, tools);
}

/** Asks where the connection came from. */
function requestFor(
  { platform, server, accountId, scopes }: StoredConnection,
  { redirectUri, login = 'instagram' }: Reconnection['body'],
): AuthorizationRequest {
  // One that has an app password has no consent that could be given again.
  if (platform === 'bluesky' && scopes.includes('atproto')) return { platform, identifier: accountId, redirectUri };
  const asks = OAuthPlatformId.safeParse(platform);
  if (!asks.success) throw new Fault(connectionFaults['connection.no_consent']);
  if (asks.data === 'mastodon') return { platform: asks.data, server, redirectUri };
  if (asks.data === 'instagram') return { platform: asks.data, login, redirectUri };
  return { platform: asks.data, redirectUri };
}

export const handler = endpoint(connectionsContract.reconnectConnection, reconnectConnection, () => ({
  ...consentTools(),
  connections: connectionTable(),
}));

import { OAuthPlatformId } from '../platforms/contract.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { beginConsent, type ConsentTools, consentTools } from './begin-consent.ts';
import { type ConnectionTable, connectionTable, type StoredConnection } from './connection-table.ts';
import type { AuthorizationRequest, Reconnection } from './consent-schemas.ts';
import { connectionsContract } from './contract.ts';
import { connectionFaults } from './faults.ts';

type Tools = ConsentTools & { connections: Pick<ConnectionTable, 'find'> };

/** The consent is bound to the connection: whoever comes back as another account is refused. */
export async function reconnectConnection(
  { path, body, caller }: Call<typeof connectionsContract.reconnectConnection>,
  tools: Tools,
) {
  const connection = await tools.connections.find(caller.teamId, path.connectionId);
  if (!connection) throw new Fault(connectionFaults['connection.not_found']);
  return beginConsent({ request: requestFor(connection, body), caller, connectionId: connection.id }, tools);
}

/** Asks where the connection came from. */
function requestFor(
  { platform, server, accountId, scopes }: StoredConnection,
  { login = 'instagram', ...back }: Reconnection,
): AuthorizationRequest {
  // One that has an app password has no consent that could be given again.
  if (platform === 'bluesky' && scopes.includes('atproto')) return { platform, identifier: accountId, ...back };
  const asks = OAuthPlatformId.safeParse(platform);
  if (!asks.success) throw new Fault(connectionFaults['connection.no_consent']);
  if (asks.data === 'mastodon') return { platform: asks.data, server, ...back };
  if (asks.data === 'instagram') return { platform: asks.data, login, ...back };
  return { platform: asks.data, ...back };
}

export const handler = endpoint(connectionsContract.reconnectConnection, reconnectConnection, () => ({
  ...consentTools(),
  connections: connectionTable(),
}));

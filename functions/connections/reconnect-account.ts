import type { ConnectedAccount } from '../platforms/public.ts';
import { Fault } from '../runtime/fault.ts';
import { log } from '../runtime/log.ts';
import type { StoredAuthorization } from './authorization-table.ts';
import type { StoredConnection } from './connection-table.ts';
import { connectionFaults } from './faults.ts';
import { endUnused, giveTokens, type KeepTools } from './keep-account.ts';

type Bound = Pick<StoredAuthorization, 'platform' | 'teamId'> & { connectionId: string };

/**
 * Gives a connection the access of the consent that was asked for it, whatever state it is in. A consent that opens other
 * accounts than its own is refused, and ended.
 */
export async function reconnectAccount(
  { platform, teamId, connectionId }: Bound,
  accounts: readonly ConnectedAccount[],
  tools: KeepTools,
): Promise<StoredConnection> {
  const connection = await tools.connections.find(teamId, connectionId);
  const account = accounts.find(({ accountKey }) => accountKey === connection?.accountKey);
  const [first] = accounts;
  if (!account && first) await endUnused({ platform, teamId, account: first }, tools);
  if (!connection) throw new Fault(connectionFaults['connection.not_found']);
  if (!account)
    throw new Fault(connectionFaults['connection.other_account'], {
      detail: `The connection is of ${connection.accountName}; the consent came from ${first?.accountName ?? 'nobody'}.`,
    });
  const renewed = await giveTokens({ platform, teamId, account }, connection, tools, 'any state');
  if (!renewed) throw new Fault(connectionFaults['connection.not_found']);
  log.info('connection.renewed', { teamId, connectionId, platform });
  return renewed;
}

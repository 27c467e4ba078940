import { accessFor } from '../platforms/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { accountOpener } from './account-opener.ts';
import { type CheckTools, checkAccount } from './check-account.ts';
import { connectionChanges } from './connection-changes-table.ts';
import { stateOf } from './connection-view.ts';
import { connectionsContract } from './contract.ts';

export async function getConnectionHealth(
  { path, caller }: Call<typeof connectionsContract.getConnectionHealth>,
  tools: CheckTools,
) {
  const { connection, problems } = await checkAccount({ teamId: caller.teamId, ...path }, tools);
  const { id, health, lastCheckedAt: checkedAt } = connection;
  return { connectionId: id, state: stateOf(connection), ...health, checkedAt, problems };
}

export const handler = endpoint(connectionsContract.getConnectionHealth, getConnectionHealth, () => ({
  accounts: accountOpener(),
  changes: connectionChanges(),
  accessFor,
  now,
}));

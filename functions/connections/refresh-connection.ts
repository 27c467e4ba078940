import { accessFor } from '../platforms/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { slotZones } from '../scheduling/public.ts';
import { accountOpener } from './account-opener.ts';
import { type CheckTools, checkAccount } from './check-account.ts';
import { connectionChanges } from './connection-changes-table.ts';
import { shown, type ViewTools } from './connection-view.ts';
import { connectionsContract } from './contract.ts';
import { renewAccess } from './renew-access.ts';

/** New tokens are tried at once: what is answered is known. */
export async function refreshConnection(
  { path, caller }: Call<typeof connectionsContract.refreshConnection>,
  tools: CheckTools & ViewTools,
) {
  const lane = { teamId: caller.teamId, ...path };
  await renewAccess(lane, tools);
  return shown((await checkAccount(lane, tools)).connection, tools);
}

export const handler = endpoint(connectionsContract.refreshConnection, refreshConnection, () => ({
  accounts: accountOpener(),
  changes: connectionChanges(),
  zones: slotZones(),
  accessFor,
  now,
}));

import { accessOver, type OAuthFor, oauthOver, type PlatformApps, platformApps } from '../platforms/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { outgoing } from '../runtime/http.ts';
import { newId } from '../runtime/ids.ts';
import { secretBox } from '../runtime/secrets.ts';
import { slotZones } from '../scheduling/public.ts';
import { connectionPlaces } from '../teams/public.ts';
import { connectionTable, type StoredConnection } from './connection-table.ts';
import { connectionViews, type ViewTools } from './connection-view.ts';
import { openConsentApp } from './consent-app.ts';
import { connectionsContract } from './contract.ts';
import { connectionFaults } from './faults.ts';
import { type KeepTools, keepAccount } from './keep-account.ts';
import { grantContext, type PendingTable, pendingTable, type StoredPending } from './pending-table.ts';
import { asked } from './platform-faults.ts';

type Tools = KeepTools &
  ViewTools & {
    pendings: Pick<PendingTable, 'find' | 'delete'>;
    oauthFor: OAuthFor;
    platformApps: PlatformApps;
  };

/** May be done again when its answer was lost: what is connected already is answered as it is. */
export async function selectAccounts(
  { path, body, caller }: Call<typeof connectionsContract.selectAccounts>,
  tools: Tools,
) {
  const pending = await tools.pendings.find({ ...caller, ...path }, tools.now());
  if (!pending) throw new Fault(connectionFaults['connection.pending_not_found']);
  const chosen = [...new Set(body.accountIds)];
  refuseOthers(chosen, pending.accounts);
  const accounts = await listAccounts(pending, tools);
  const wanted = chosen.map((id) => accounts.find(({ accountId }) => accountId === id));
  refuseOthers(chosen, accounts); // the user may have lost a page since
  const { platform, teamId } = pending;
  const kept: StoredConnection[] = [];
  for (const account of wanted)
    if (account) kept.push(await keepAccount({ platform, teamId, account, isOneOfSeveral: true }, tools));
  await tools.pendings.delete(pending);
  return { items: await connectionViews(kept, tools) };
}

function refuseOthers(chosen: readonly string[], offered: readonly { accountId: string }[]): void {
  const errors = chosen.flatMap((id, place) =>
    offered.some(({ accountId }) => accountId === id)
      ? []
      : [{ path: `body.accountIds.${place}`, code: 'connection.account_not_offered', message: `${id} is not offered` }],
  );
  if (errors.length > 0) throw new Fault(connectionFaults['connection.account_not_offered'], { errors });
}

async function listAccounts(pending: StoredPending, tools: Tools) {
  const app = await openConsentApp(pending.platform, pending, tools);
  const grant = {
    secret: await tools.secrets.open(pending.sealedGrant, grantContext(pending)),
    scopes: pending.scopes,
  };
  const meanings = { reconnect: 'connection.code_refused', account_restricted: 'connection.code_refused' } as const;
  return asked(meanings, async () => (await tools.oauthFor(pending.platform)).listAccounts(app, grant));
}

export const handler = endpoint(connectionsContract.selectAccounts, selectAccounts, () => {
  const apps = platformApps();
  const calls = { http: outgoing(), now, apps };
  return {
    pendings: pendingTable(),
    connections: connectionTable(),
    places: connectionPlaces(),
    zones: slotZones(),
    secrets: secretBox(),
    oauthFor: oauthOver(calls),
    platformApps: apps,
    accessFor: accessOver(calls),
    now,
    newId: () => newId('conn'),
  };
});

import { PlatformRefused } from '../platforms/public.ts';
import { Fault } from '../runtime/fault.ts';
import { type CheckTools, type Lane, openAccount } from './check-account.ts';
import { connectionFaults } from './contract.ts';
import { asked } from './platform-faults.ts';

/** Gives an account new tokens now, where its platform gives any without the user. Refused tokens make it need its user. */
export async function renewAccess(lane: Lane, tools: Pick<CheckTools, 'accounts' | 'accessFor'>): Promise<void> {
  const { connection, account, secretVersion } = await openAccount(lane, tools);
  const { refresh, tokenLife } = await tools.accessFor(connection.platform);
  const isRenewable = refresh && (tokenLife?.(account.secret)?.isRenewable ?? true);
  if (!refresh || !isRenewable) throw new Fault(connectionFaults['connection.not_renewable']);
  await asked({ reconnect: 'connection.access_lost' }, async () => {
    try {
      await refresh(account);
    } catch (error) {
      if (error instanceof PlatformRefused && error.refusal.kind === 'reconnect')
        await tools.accounts.markNeedsReconnect(lane.teamId, lane.connectionId, secretVersion());
      throw error;
    }
  });
}

import { Fault } from '../runtime/fault.ts';
import { askedAs, type CheckTools, type Lane, openAccount } from './check-account.ts';
import { connectionFaults } from './faults.ts';

/** Gives an account new tokens now, where its platform gives any without the user. Refused tokens make it need its user. */
export async function renewAccess(lane: Lane, tools: Pick<CheckTools, 'accounts' | 'accessFor'>): Promise<void> {
  const { connection, account, secretVersion } = await openAccount(lane, tools);
  const before = { secret: account.secret, version: secretVersion() };
  const { refresh, tokenLife } = await tools.accessFor(connection.platform);
  const isRenewable = refresh && (tokenLife?.(account.secret)?.isRenewable ?? true);
  if (!refresh || !isRenewable) throw new Fault(connectionFaults['connection.not_renewable']);
  await askedAs(lane, { ...tools, secretVersion }, () => refresh(account));
  // Some accounts of a platform that renews have tokens that last.
  const isSame = account.secret === before.secret && secretVersion() === before.version;
  if (isSame) throw new Fault(connectionFaults['connection.not_renewable']);
}

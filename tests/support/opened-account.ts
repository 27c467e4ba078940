import type { OpenedAccount } from '../../functions/connections/account-opener.ts';
import type { TargetConnection } from '../../functions/connections/public.ts';
import { neverRenewed } from './sandbox.ts';

/** A connection as it is opened whose tokens last. */
export const openedOf = (connection: TargetConnection): OpenedAccount => ({
  connection,
  account: { ...connection, secret: '{}', renewSecret: neverRenewed },
  secretVersion: () => 1,
  renewEnding: async () => undefined,
});

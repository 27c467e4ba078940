import { type Account, accessFor } from '../platforms/public.ts';
import { addSeconds, now } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import { secretBox } from '../runtime/secrets.ts';
import { type ConnectionTable, connectionTable, type StoredConnection, TargetConnection } from './connection-table.ts';
import { type RenewalTools, secretContext, secretRenewal } from './secret-renewal.ts';

export type OpenerTools = RenewalTools & { connections: Pick<ConnectionTable, 'find' | 'needReconnect'> };

/** A connection with its tokens in the clear, for one run; nothing of `account` may be logged or stored. `secretVersion` grows when they are renewed. */
export type OpenedAccount = {
  connection: TargetConnection;
  account: Account;
  secretVersion: () => number;
  /**
   * Renews tokens that may end during the run: before something irreversible, so that it is not cut off by a renewal.
   * Throws `PlatformRefused`.
   */
  renewEnding: () => Promise<void>;
};

/** Longer than a function lives. */
const runSeconds = 120;

const deployed = (): OpenerTools => ({
  connections: connectionTable(),
  secrets: secretBox(),
  accessFor,
  now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});

const isEnding = ({ tokenExpiresAt, tokenIsRenewable }: StoredConnection, at: Date) =>
  tokenIsRenewable && tokenExpiresAt !== null && tokenExpiresAt <= addSeconds(at, runSeconds).toISOString();

/** Opens the accounts of connections, for domains that call platforms. */
export function accountOpener(tools: OpenerTools = deployed()) {
  const { connections, secrets, accessFor, now } = tools;
  return {
    /** Undefined when the team has no such connection (any more). */
    async open(teamId: string, connectionId: string): Promise<OpenedAccount | undefined> {
      const stored = await connections.find(teamId, connectionId);
      if (!stored) return undefined;
      const { server, accountId, accountName } = stored;
      const secret = await secrets.open(stored.sealedSecret, secretContext(stored));
      const renewal = secretRenewal(stored, tools);
      const account: Account = {
        server,
        accountId,
        accountName,
        secret,
        renewSecret: async (renew) => {
          account.secret = await renewal.renew(account.secret, renew);
          return account.secret;
        },
      };
      const renewEnding = async () => {
        if (!isEnding(stored, now())) return;
        const { refresh } = await accessFor(stored.platform);
        await refresh?.(account);
      };
      return { connection: TargetConnection.parse(stored), account, secretVersion: renewal.version, renewEnding };
    },

    /** With `secretVersion`, only while the connection still has the tokens that were opened. */
    async markNeedsReconnect(teamId: string, connectionId: string, secretVersion?: number): Promise<void> {
      const isNew = await connections.needReconnect(teamId, connectionId, secretVersion);
      if (isNew) log.info('connection.needs_reconnect', { teamId, connectionId });
    },
  };
}
export type AccountOpener = ReturnType<typeof accountOpener>;

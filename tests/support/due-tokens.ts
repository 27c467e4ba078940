import { accountOpener } from '../../functions/connections/account-opener.ts';
import { connectionTable, type StoredConnection } from '../../functions/connections/connection-table.ts';
import { connectionsTimers } from '../../functions/connections/contract.ts';
import { dueTokenTable } from '../../functions/connections/due-token-table.ts';
import { refreshDueTokens } from '../../functions/connections/refresh-due-tokens.ts';
import { secretContext } from '../../functions/connections/secret-renewal.ts';
import type { Access, Account } from '../../functions/platforms/adapter.ts';
import { openTokens, tokenLife } from '../../functions/platforms/token-session.ts';
import { postTable } from '../../functions/posts/post-table.ts';
import { publicationTable } from '../../functions/posts/publication-table.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { timer } from '../../functions/runtime/timer.ts';
import { noon } from './accounts.ts';
import { storedConnection } from './connections.ts';
import { plannedPost } from './posts.ts';
import { testTeamId } from './request.ts';
import { fakeSecretBox } from './secret-box.ts';
import { freshTable } from './table.ts';

/** Tokens that end in a while, and whether there is one to renew them with. */
export const tokensUntil = (expiresAt: Date, refreshToken: string | undefined = 'r 1') =>
  JSON.stringify({ accessToken: 'a 1', refreshToken, expiresAt: expiresAt.toISOString() });

/** The timer over a fresh table, on a platform of tokens that live two hours. */
export async function freshDueTokens(refresh: (account: Account) => Promise<void>, clock = { at: noon }) {
  const table = await freshTable();
  const connections = connectionTable(table);
  const secrets = fakeSecretBox();
  const now = () => clock.at;
  const access: Access = { sharesTokens: false, tokenLife, refresh };
  const accessFor = async () => access;
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 2)));
  const accounts = accountOpener({ connections, secrets, accessFor, now, wait });
  const due = dueIndex('DUE', 1);
  const publications = publicationTable(table, due);
  const tools = { tokens: dueTokenTable(table), publications, accounts, accessFor, now };
  return {
    table,
    connections,
    accounts,
    access,
    tools,
    now,
    passTo: (later: Date) => {
      clock.at = later;
    },
    run: timer(connectionsTimers.refreshDueTokens, refreshDueTokens, () => tools),
    async connect(
      secret: string,
      { dueAt = clock.at, ...overrides }: Partial<StoredConnection> & { dueAt?: Date } = {},
    ) {
      const { expiresAt, refreshToken } = openTokens({ secret });
      const plain = storedConnection({
        platform: 'x',
        tokenExpiresAt: expiresAt ?? null,
        tokenIsRenewable: refreshToken !== undefined,
        tokenDueAt: dueAt.toISOString(),
        ...overrides,
      });
      const stored = { ...plain, sealedSecret: await secrets.seal(secret, secretContext(plain)) };
      await connections.insert(stored);
      return stored;
    },
    async load({ id }: Pick<StoredConnection, 'id'>) {
      const stored = await connections.find(testTeamId, id);
      if (!stored) throw new Error('not there');
      return stored;
    },
    /** A post that waits for its time on the connection. */
    schedule: ({ id, platform }: StoredConnection, publishAt: Date) =>
      postTable(table, due).insert(plannedPost({ targets: [{ id, platform }], publishAt: publishAt.toISOString() })),
    events: async () => (await table.rows()).filter(({ entity }) => entity === 'event'),
    inIndex: async () => (await table.rows()).filter(({ gsi1pk }) => gsi1pk !== undefined),
  };
}

const lifeSeconds = 7200;

/** Gives an account the next tokens, good for two hours; `used` are those that were given for new ones. */
export const renewing =
  (used: string[] = [], now: () => Date = () => noon) =>
  async (account: Account): Promise<void> => {
    await account.renewSecret(async (secret) => {
      used.push(`${account.accountId} ${openTokens({ secret }).refreshToken}`);
      const count = Number(openTokens({ secret }).accessToken.split(' ')[1]) + 1;
      const expiresAt = addSeconds(now(), lifeSeconds).toISOString();
      return JSON.stringify({ accessToken: `a ${count}`, refreshToken: `r ${count}`, expiresAt });
    });
  };

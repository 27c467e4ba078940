import type { PlatformProblem, PostLimit } from '../platforms/contract.ts';
import {
  type AccessFor,
  type Identity,
  missingScopes,
  PlatformRefused,
  type Quota,
  type Refusal,
} from '../platforms/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import { Fault } from '../runtime/fault.ts';
import type { AccountOpener, OpenedAccount } from './account-opener.ts';
import { accessEnds, accountProblem, isLasting, scopesMissing } from './account-problem.ts';
import type { Checked, ConnectionChanges } from './connection-changes-table.ts';
import type { StoredConnection } from './connection-table.ts';
import { connectionFaults } from './faults.ts';
import { asked } from './platform-faults.ts';
import type { ConnectionHealth } from './schemas.ts';
import { tokenTimes } from './token-times.ts';

export type CheckTools = {
  accounts: Pick<AccountOpener, 'open' | 'markNeedsReconnect'>;
  changes: Pick<ConnectionChanges, 'noteCheck'>;
  accessFor: AccessFor;
  now: Now;
};
export type Lane = { teamId: string; connectionId: string };
export type Looked = { connection: StoredConnection; problems: PlatformProblem[] };

/** Whose access ends this soon, and can't be renewed, is told so. */
const soonSeconds = 10 * 24 * 3600;

export async function openAccount({ teamId, connectionId }: Lane, { accounts }: Pick<CheckTools, 'accounts'>) {
  const opened = await accounts.open(teamId, connectionId);
  if (!opened) throw new Fault(connectionFaults['connection.not_found']);
  return opened;
}

type Asking = Pick<CheckTools, 'accounts'> & Pick<OpenedAccount, 'secretVersion'>;

/** Calls the platform with the account's tokens for a request. Refused tokens make the connection need its user. */
export function askedAs<Answer>(
  { teamId, connectionId }: Lane,
  { accounts, secretVersion }: Asking,
  call: () => Promise<Answer>,
): Promise<Answer> {
  return asked({ reconnect: 'connection.access_lost' }, async () => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof PlatformRefused && error.refusal.kind === 'reconnect')
        await accounts.markNeedsReconnect(teamId, connectionId, secretVersion());
      throw error;
    }
  });
}

/**
 * Asks the platform who the account is, and writes down what that says of the connection. Tokens that are refused make it
 * need its user; tokens that work after all give it back.
 */
export async function checkAccount(lane: Lane, tools: CheckTools): Promise<Looked> {
  const opened = await openAccount(lane, tools);
  const { identify, quota } = await tools.accessFor(opened.connection.platform);
  const [found, postLimit] = await Promise.all([
    identify && answerOf(() => identify(opened.account)),
    quota && postLimitOf(() => quota(opened.account)),
  ]);
  const refusal = found && 'refusal' in found ? found.refusal : undefined;
  if (refusal?.kind === 'reconnect' && !refusal.isRevoked)
    await tools.accounts.markNeedsReconnect(lane.teamId, lane.connectionId, opened.secretVersion());
  const identity = found && 'identity' in found ? found.identity : undefined;
  const connection = await note(lane, opened, { identity, refusal, postLimit }, tools);
  return { connection, problems: problemsOf(connection, tools.now()) };
}

type Answer = { identity: Identity } | { refusal: Refusal };

async function answerOf(ask: () => Promise<Identity>): Promise<Answer> {
  try {
    return { identity: await ask() };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { refusal: error.refusal };
  }
}

/** Undefined where the platform does not say just now: what it said before stays. */
async function postLimitOf(ask: () => Promise<Quota>): Promise<PostLimit | undefined> {
  try {
    const { limit: max, windowSeconds } = await ask();
    return max > 0 ? { max, windowSeconds } : undefined;
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return undefined;
  }
}

type Found = { identity?: Identity | undefined; refusal?: Refusal | undefined; postLimit?: PostLimit | undefined };

async function note(
  lane: Lane,
  { connection, account, secretVersion }: OpenedAccount,
  found: Found,
  tools: CheckTools,
) {
  const { identity, refusal } = found;
  const now = tools.now();
  const facts = identity && { ...identity, avatarUrl: identity.avatarUrl ?? null };
  const isBack = identity !== undefined && connection.state !== 'active';
  const { platform } = connection;
  const times = isBack ? await tokenTimes({ platform, secret: account.secret }, { ...tools, now }) : undefined;
  const checked: Checked = {
    ...facts,
    scopes: identity?.scopes ?? connection.scopes,
    lastCheckedAt: now.toISOString(),
    health: healthOf(found),
    ...(found.postLimit && { postLimit: found.postLimit }),
    ...(times && { state: 'active', ...times }),
    ...(refusal?.isRevoked && { state: 'revoked', tokenDueAt: null }),
  };
  const noted = await tools.changes.noteCheck({ ...lane, platform }, checked, secretVersion());
  if (!noted) throw new Fault(connectionFaults['connection.not_found']);
  return noted;
}

function healthOf({ identity, refusal }: Found): ConnectionHealth {
  if (identity) return { status: 'ok', reason: null };
  if (!refusal) return { status: 'unknown', reason: null };
  const reason = accountProblem(refusal);
  return { status: isLasting(reason) ? 'failing' : 'unknown', reason };
}

/** What is wrong, the worst first, and what helps. */
function problemsOf(connection: StoredConnection, now: Date): PlatformProblem[] {
  const { health, tokenExpiresAt, tokenIsRenewable } = connection;
  const missing = missingScopes(connection);
  const soon = addSeconds(now, soonSeconds).toISOString();
  const ends = tokenExpiresAt !== null && !tokenIsRenewable && tokenExpiresAt < soon ? tokenExpiresAt : undefined;
  return [
    ...(health.reason ? [health.reason] : []),
    ...(missing.length > 0 ? [scopesMissing(missing)] : []),
    ...(ends === undefined ? [] : [accessEnds(ends)]),
  ];
}

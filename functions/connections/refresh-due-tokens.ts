import { PlatformId } from '../platforms/contract.ts';
import { type AccessFor, accessFor, PlatformRefused, type Refusal } from '../platforms/public.ts';
import { type PublicationTable, publicationTable } from '../posts/public.ts';
import { addSeconds, type Now, now } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import { timer } from '../runtime/timer.ts';
import { type AccountOpener, accountOpener } from './account-opener.ts';
import { connectionsTimers } from './contract.ts';
import { type DueTokens, type DueTokenTable, dueTokenTable } from './due-token-table.ts';

/** Of one platform in one run; the rest is due in the next. */
const perPlatform = 500;
/** Of one platform side by side: one that does not answer holds up nobody but itself. */
const atOnce = 10;
/** No more are begun after this, so that those under way end in time. */
const workSeconds = 35;
/** Between two tries, a quarter of the time that the tokens have left, within these bounds. */
const shortestPauseSeconds = 300;
const longestPauseSeconds = 6 * 3600;
/** How often what is scheduled is looked at, where only the user can renew the access. */
const lookSeconds = 24 * 3600;
const farOff = new Date('9999-12-31T00:00:00Z');
const countLimit = 100;

type Tools = {
  tokens: DueTokenTable;
  publications: Pick<PublicationTable, 'listLane'>;
  accounts: Pick<AccountOpener, 'open' | 'markNeedsReconnect'>;
  accessFor: AccessFor;
  now: Now;
};

/**
 * Looks after tokens ahead of their end: renews those that can be renewed, and tells of those that only the user can. A
 * second run at the same time renews nothing twice. One that fails is put off, and fails the run after all others.
 */
export async function refreshDueTokens(tools: Tools): Promise<void> {
  const startedAt = tools.now();
  const endAt = addSeconds(startedAt, workSeconds);
  const range = { until: startedAt, limit: perPlatform };
  const lists = await Promise.all(PlatformId.options.map((platform) => tools.tokens.listDue(platform, range)));
  const failures: unknown[] = [];
  const run = async (due: DueTokens) => {
    if (tools.now() > endAt) return;
    await lookAfter(due, tools).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(lists.map((due) => sideBySide(due, run)));
  const due = lists.flat();
  const oldest = due.reduce((least, { tokenDueAt }) => Math.min(least, Date.parse(tokenDueAt)), startedAt.getTime());
  measure('refreshDueTokens', {
    due: { count: due.length },
    failures: { count: failures.length },
    oldestDue: { ms: startedAt.getTime() - oldest },
  });
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} connections were not looked after`);
}

async function sideBySide<One>(all: readonly One[], run: (one: One) => Promise<void>): Promise<void> {
  const left = all.values();
  const work = async () => {
    for (const one of left) await run(one);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function lookAfter(due: DueTokens, tools: Tools): Promise<void> {
  const { tokens, accounts, now } = tools;
  const { teamId, id: connectionId, state, secretVersion } = due;
  if (state !== 'active') return tokens.postpone(due, undefined);
  if (due.tokenIsRenewable) return renew(due, tools);
  if (due.tokenExpiresAt <= now().toISOString())
    return accounts.markNeedsReconnect(teamId, connectionId, secretVersion);
  await tellOfEnd(due, tools);
}

/** Once, and again on a later day when more publications wait for a time after the end. */
async function tellOfEnd(due: DueTokens, { tokens, publications, now }: Tools): Promise<void> {
  const { teamId, id: connectionId, tokenExpiresAt, endToldOf } = due;
  const at = now();
  const range = { from: new Date(tokenExpiresAt), until: farOff, limit: countLimit };
  const scheduled = (await publications.listLane({ teamId, connectionId }, range)).length;
  const nextAt = new Date(Math.min(addSeconds(at, lookSeconds).getTime(), Date.parse(tokenExpiresAt)));
  if (endToldOf !== null && scheduled <= endToldOf) return tokens.postpone(due, nextAt);
  if (await tokens.tell(due, { at, nextAt, scheduled }))
    log.info('connection.expiring', { teamId, connectionId, scheduled });
}

async function renew(due: DueTokens, tools: Tools): Promise<void> {
  const { teamId, id: connectionId, platform, secretVersion } = due;
  const { accounts, accessFor } = tools;
  try {
    const { refresh } = await accessFor(platform);
    const opened = await accounts.open(teamId, connectionId);
    // Gone, or renewed by a publisher since it was listed.
    if (opened?.secretVersion() !== secretVersion) return;
    if (!refresh) throw new Error(`${platform} gives tokens that it cannot renew`);
    await refresh(opened.account);
    log.info('connection.token_renewed', { connectionId, platform });
  } catch (error) {
    if (!(error instanceof PlatformRefused)) {
      await putOff(due, undefined, tools);
      throw error;
    }
    await refused(due, error.refusal, tools);
  }
}

async function refused(due: DueTokens, refusal: Refusal, tools: Tools): Promise<void> {
  const { teamId, id: connectionId, platform, secretVersion } = due;
  const { kind, platformCode } = refusal;
  log.info('connection.token_refused', { connectionId, platform, kind, platformCode });
  if (kind === 'reconnect') return tools.accounts.markNeedsReconnect(teamId, connectionId, secretVersion);
  await putOff(due, refusal.retryAt, tools);
}

async function putOff(due: DueTokens, retryAt: Date | undefined, { tokens, now }: Tools): Promise<void> {
  const at = now();
  const seconds = Math.abs(Date.parse(due.tokenExpiresAt) - at.getTime()) / 4000;
  const pause = Math.min(longestPauseSeconds, Math.max(shortestPauseSeconds, seconds));
  await tokens.postpone(due, retryAt ?? addSeconds(at, pause));
}

export const handler = timer(connectionsTimers.refreshDueTokens, refreshDueTokens, () => ({
  tokens: dueTokenTable(),
  publications: publicationTable(),
  accounts: accountOpener(),
  accessFor,
  now,
}));

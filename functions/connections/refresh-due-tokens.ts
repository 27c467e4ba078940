import { PlatformId } from '../platforms/contract.ts';
import { type AccessFor, accessFor, PlatformRefused } from '../platforms/public.ts';
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
/** So many refused in one run, and none renewed, are not the doing of their users. */
const outageOf = 10;
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

/** What came of the tokens of one platform; `lost` are those that it does not take any more. */
type Run = { renewed: number; lost: DueTokens[]; failures: unknown[] };

/**
 * Looks after tokens ahead of their end: renews those that can be renewed, and tells of those that only the user can. A
 * second run at the same time renews nothing twice. One that fails is put off, and fails the run after all others.
 */
export async function refreshDueTokens(tools: Tools): Promise<void> {
  const startedAt = tools.now();
  const range = { until: startedAt, limit: perPlatform };
  const lists = await Promise.all(PlatformId.options.map((platform) => tools.tokens.listDue(platform, range)));
  const endAt = addSeconds(startedAt, workSeconds);
  const runs = await Promise.all(lists.map((due) => lookAfterAll(due, endAt, tools)));
  const due = lists.flat();
  const oldest = due.reduce((least, { tokenDueAt }) => Math.min(least, Date.parse(tokenDueAt)), startedAt.getTime());
  measure('refreshDueTokens', {
    due: { count: due.length },
    lost: { count: runs.flatMap(({ lost }) => lost).length },
    oldestDue: { ms: startedAt.getTime() - oldest },
  });
  const failures = runs.flatMap((run) => run.failures);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} connections were not looked after`);
}

/** Those of one platform, some side by side. */
async function lookAfterAll(due: readonly DueTokens[], endAt: Date, tools: Tools): Promise<Run> {
  const run: Run = { renewed: 0, lost: [], failures: [] };
  const left = due.values();
  const work = async () => {
    for (const one of left) {
      if (tools.now() > endAt) return;
      await lookAfter(one, run, tools).catch((error: unknown) => run.failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await settleLost(run, tools);
  return run;
}

async function lookAfter(due: DueTokens, run: Run, tools: Tools): Promise<void> {
  const { tokens, now } = tools;
  if (due.state !== 'active') return tokens.postpone(due, undefined);
  if (due.tokenIsRenewable) return renew(due, run, tools);
  if (due.tokenExpiresAt <= now().toISOString()) return markLost(due, tools);
  await tellOfEnd(due, tools);
}

const markLost = ({ teamId, id, secretVersion }: DueTokens, { accounts }: Tools) =>
  accounts.markNeedsReconnect(teamId, id, secretVersion);

/** A platform that takes nobody's tokens has a fault, or our app has: so many users do not leave in one minute. */
async function settleLost({ renewed, lost, failures }: Run, tools: Tools): Promise<void> {
  const isOutage = renewed === 0 && lost.length >= outageOf;
  if (isOutage) log.error('connection.all_tokens_refused', { platform: lost[0]?.platform, count: lost.length });
  const settle = (one: DueTokens) => (isOutage ? putOff(one, undefined, tools) : markLost(one, tools));
  const ends = await Promise.allSettled(lost.map(settle));
  failures.push(...ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : [])));
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

async function renew(due: DueTokens, run: Run, tools: Tools): Promise<void> {
  const { teamId, id: connectionId, platform, secretVersion } = due;
  const { accounts, accessFor } = tools;
  try {
    const { refresh } = await accessFor(platform);
    const opened = await accounts.open(teamId, connectionId);
    // Gone, or renewed by a publisher since it was listed.
    if (opened?.secretVersion() !== secretVersion) return;
    if (!refresh) throw new Error(`${platform} gives tokens that it cannot renew`);
    await refresh(opened.account);
    run.renewed += 1;
    log.info('connection.token_renewed', { connectionId, platform });
  } catch (error) {
    if (!(error instanceof PlatformRefused)) {
      await putOff(due, undefined, tools);
      throw error;
    }
    const { kind, platformCode, retryAt } = error.refusal;
    log.info('connection.token_refused', { connectionId, platform, kind, platformCode });
    if (kind === 'reconnect') run.lost.push(due);
    else await putOff(due, retryAt, tools);
  }
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

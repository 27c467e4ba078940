import { addSeconds } from '../runtime/clock.ts';
import { log, measure } from '../runtime/log.ts';
import { type MakerTools, makeOccurrence, withoutPost } from './occurrence-maker.ts';
import type { ConnectionFinder } from './own-connections.ts';
import { keyOf, type PlannedOccurrence, type StoredRecurrence, upcoming } from './recurrence.ts';
import { type Progress, RecurrenceChanged, type RecurrenceTable } from './recurrence-table.ts';
import { type Swept, sweep } from './sweep.ts';

/** How far ahead occurrences become posts. */
export const horizonSeconds = 14 * 24 * 3600;
/** Posts made for a recurrence in one go; the rest comes with the next. */
const mostMade = 50;
/** Missed occurrences that are noted in one go: after a long silence the last of them tell enough. */
const mostMissed = 100;

export type AdvanceTools = MakerTools & {
  recurrences: Pick<RecurrenceTable, 'progress'>;
  connections: ConnectionFinder;
};
type Look = Swept;

/**
 * Brings a recurrence up to date until then, two weeks ahead at most: posts that were made follow its changes, those that
 * lack are made, and what nobody made in time is noted as missed. It may run twice at once and die anywhere: of each
 * occurrence one row is inserted on condition, in the transaction of its post.
 */
export async function advance(
  recurrence: StoredRecurrence,
  tools: AdvanceTools,
  { now, until }: { now: Date; until: Date },
): Promise<void> {
  const horizon = addSeconds(now, horizonSeconds);
  const look = await lookAt(recurrence, tools, { now, until: until < horizon ? until : horizon });
  await unlessChanged(bringUpToDate(look, tools, until >= horizon));
}

async function bringUpToDate(look: Look, tools: AdvanceTools, isSwept: boolean): Promise<void> {
  const gone = await sweep(look, tools);
  const known = new Map([...look.known].filter(([key]) => !gone.has(key)));
  const isWhole = await makeAll({ ...look, known }, tools);
  await tools.recurrences.progress(look.recurrence, progressOf(look, { isWhole, isSwept }), look.now);
}

/** Whoever changed it meanwhile has put it among the work anew. */
async function unlessChanged(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    if (!(error instanceof RecurrenceChanged)) throw error;
  });
}

/** What comes within minutes cannot wait for the timer. */
const soonSeconds = 300;

export async function advanceSoon(recurrence: StoredRecurrence, tools: AdvanceTools, now: Date): Promise<void> {
  const until = addSeconds(now, soonSeconds);
  const { sweepFrom } = recurrence;
  const next = upcoming(recurrence.parts, now).next();
  const isSoon =
    (!next.done && next.value.at <= until) || (sweepFrom !== undefined && sweepFrom <= until.toISOString());
  if (isSoon) await advance(recurrence, tools, { now, until });
}

/** The same for one that has ended: nothing is to be made, and no connection needs to be known. */
export async function withdrawSoon(
  recurrence: StoredRecurrence,
  { posts, occurrences }: Pick<AdvanceTools, 'posts' | 'occurrences'>,
  now: Date,
): Promise<void> {
  const noted = await occurrences.list(recurrence.teamId, recurrence.id, now.toISOString());
  const known = new Map(noted.map((one) => [keyOf(one), one]));
  const ended = { recurrence, targets: new Map(), known, now, until: addSeconds(now, soonSeconds) };
  await unlessChanged(sweep(ended, { posts, occurrences }));
}

async function lookAt(
  recurrence: StoredRecurrence,
  { connections, occurrences }: AdvanceTools,
  { now, until }: { now: Date; until: Date },
): Promise<Look> {
  const { teamId, id, parts, lookedAt } = recurrence;
  const ids = [...new Set(parts.flatMap(({ connectionIds }) => connectionIds))];
  const [found, noted] = await Promise.all([connections.findMany(teamId, ids), occurrences.list(teamId, id, lookedAt)]);
  const targets = new Map(found.map((connection) => [connection.id, connection]));
  return { recurrence, targets, known: new Map(noted.map((one) => [keyOf(one), one])), now, until };
}

/** False when there was more to make than is made in one go. */
async function makeAll({ recurrence, targets, known, now, until }: Look, tools: AdvanceTools): Promise<boolean> {
  const [missed, next]: [PlannedOccurrence[], PlannedOccurrence[]] = [[], []];
  for (const one of upcoming(recurrence.parts, new Date(recurrence.lookedAt))) {
    if (one.at > until) break;
    if (!known.has(keyOf(one))) (one.at <= now ? missed : next).push(one);
  }
  if (missed.length > 0) {
    log.warn('occurrences.missed', { recurrenceId: recurrence.id, count: missed.length });
    measure('makeOccurrences', { missed: { count: missed.length } });
  }
  for (const one of missed.slice(-mostMissed))
    await tools.occurrences.note(withoutPost(recurrence, one, { state: 'missed', reason: null }));
  for (const one of next.slice(0, mostMade)) await makeOccurrence({ recurrence, one, targets, now }, tools);
  return next.length <= mostMade;
}

function progressOf(
  { recurrence, targets, now, until }: Look,
  { isWhole, isSwept }: { isWhole: boolean; isSwept: boolean },
): Progress {
  const lookedAt = now.toISOString();
  const sweepFrom = isSwept ? undefined : recurrence.sweepFrom;
  const rest = { lookedAt, sweepFrom, state: recurrence.state };
  if (!isWhole || sweepFrom !== undefined) return { ...rest, dueAt: now };
  const dueAt = targets.size > 0 ? nextLook(recurrence, now, until) : undefined;
  return { ...rest, dueAt, state: dueAt ? recurrence.state : 'ended' };
}

/**
 * When the next occurrence after `until` comes within the horizon; after the last one was made, when that has passed.
 * Undefined when none is to come.
 */
export function nextLook({ parts }: Pick<StoredRecurrence, 'parts'>, now: Date, until: Date): Date | undefined {
  let last: Date | undefined;
  for (const { at } of upcoming(parts, now)) {
    if (at > until) return addSeconds(at, -horizonSeconds);
    last = at;
  }
  return last;
}

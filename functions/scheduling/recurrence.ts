import * as z from 'zod';
import { StoredContent } from '../posts/contract.ts';
import { addSeconds } from '../runtime/clock.ts';
import { idOf } from '../runtime/ids.ts';
import { UtcInstant } from '../runtime/shapes.ts';
import { Recurrence, type RecurrenceRule } from './contract.ts';
import { occurrencesOf } from './occurrences.ts';
import { parseRule } from './recurrence-rule.ts';
import { type Placed, zoneRules } from './zone-rules.ts';

/** What recurs, from one moment (null: the beginning) to another (null: the end of the rule). */
const Part = Recurrence.pick({ connectionIds: true, rule: true, from: true }).extend({
  ...StoredContent.shape,
  before: UtcInstant.nullable(),
});
export type Part = z.infer<typeof Part>;

/** A recurrence as stored: its parts follow each other, each change begins a new one. */
export const StoredRecurrence = z.object({
  ...Recurrence.pick({ id: true, state: true, authorId: true, createdAt: true, updatedAt: true }).shape,
  teamId: idOf('team'),
  revision: z.number().int(),
  parts: z.array(Part).min(1),
  /** When somebody looked after it last: what came due since and was not made is missed. */
  lookedAt: UtcInstant,
  /** A change that made posts have not followed yet, and from when on they have to. */
  sweepFrom: UtcInstant.optional(),
});
export type StoredRecurrence = z.infer<typeof StoredRecurrence>;

/** What of a part says when it comes. */
type Timing = Pick<Part, 'rule' | 'from' | 'before'>;
/** One time at which a recurrence comes, and what it publishes then. */
export type PlannedOccurrence<P extends Timing = Part> = Placed & { localTime: string; timeZone: string; part: P };

/** How long a rule may go on. */
const longestYears = 10;
/** Clocks differ by less than this everywhere, so local times can be compared roughly with instants. */
const daySeconds = 24 * 3600;

/** What the caller sees: the newest part is what will be. */
export function recurrenceOf({ parts, ...stored }: StoredRecurrence): Recurrence & { revision: number } {
  return { ...stored, ...newest(parts) };
}

export function newest(parts: readonly Part[]): Part {
  const last = parts.at(-1);
  if (!last) throw new Error('a recurrence has no part');
  return last;
}

/** The last local time that a rule may give. */
export const lastOf = ({ start }: RecurrenceRule) => `${Number(start.slice(0, 4)) + longestYears}${start.slice(4)}`;

/** The occurrences after a moment, in the order of their local times. */
export function* upcoming<P extends Timing>(parts: readonly P[], after: Date): Generator<PlannedOccurrence<P>> {
  for (const part of parts) yield* ofPart(part, after);
}

function* ofPart<P extends Timing>(part: P, after: Date): Generator<PlannedOccurrence<P>> {
  const { rule, from, before } = part;
  const { timeZone, start } = rule;
  const { instantOf, localTimeOf } = zoneRules(timeZone);
  const begins = from === null ? after : new Date(Math.max(after.getTime(), Date.parse(from) - 1));
  const surelyBefore = localTimeOf(addSeconds(begins, -daySeconds));
  const left = new Set(rule.except);
  for (const localTime of occurrencesOf(parseRule(rule.rrule, localTimeOf), start, lastOf(rule))) {
    if (localTime < surelyBefore || left.has(localTime)) continue;
    const placed = instantOf(localTime);
    if (before !== null && placed.at.toISOString() >= before) return;
    if (placed.at > begins) yield { ...placed, localTime, timeZone, part };
  }
}

/** What is in force at a moment, even if it comes to nothing any more. */
export const partAt = (parts: readonly Part[], at: Date): Part =>
  parts.findLast(({ from }) => from === null || from <= at.toISOString()) ?? newest(parts);

/** The parts without anything from a moment on; what was over before `now` is left out. */
export function cut(parts: readonly Part[], at: Date, now: Date): Part[] {
  const until = at.toISOString();
  return parts
    .filter(({ from }) => from === null || from < until)
    .map((part) => (part.before !== null && part.before <= until ? part : { ...part, before: until }))
    .filter(({ before }) => before !== null && before > now.toISOString());
}

/** By what an occurrence is known. */
export const keyOf = ({ localTime, timeZone }: Pick<PlannedOccurrence, 'localTime' | 'timeZone'>) =>
  `${localTime} ${timeZone}`;

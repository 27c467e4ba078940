import { addSeconds, type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type Occurrence, schedulingContract } from './contract.ts';
import { nextOf } from './next-of.ts';
import { type OccurrenceTable, occurrenceTable, type StoredOccurrence } from './occurrence-table.ts';
import { keyOf, type PlannedOccurrence, recurrenceOf, upcoming } from './recurrence.ts';
import { type RecurrenceTable, recurrenceTable } from './recurrence-table.ts';
import { zoneRules } from './zone-rules.ts';

/** Occurrences that are shown, ahead and behind. */
const shown = 10;
/** How far back they are looked for. */
const lookbackSeconds = 7 * 24 * 3600;

type Tools = {
  recurrences: Pick<RecurrenceTable, 'load'>;
  occurrences: Pick<OccurrenceTable, 'list'>;
  now: Now;
};

export async function getRecurrence(
  { path, caller: { teamId } }: Call<typeof schedulingContract.getRecurrence>,
  tools: Tools,
) {
  const now = tools.now();
  const since = addSeconds(now, -lookbackSeconds).toISOString();
  const [recurrence, noted] = await Promise.all([
    tools.recurrences.load(teamId, path.recurrenceId),
    tools.occurrences.list(teamId, path.recurrenceId, since),
  ]);
  const known = new Map(noted.map((one) => [keyOf(one), one]));
  const next = nextOf(upcoming(recurrence.parts, now), shown);
  const lapsed = noted.filter(
    ({ state, publishAt }) => state !== 'made' && publishAt > since && publishAt <= now.toISOString(),
  );
  return {
    ...recurrenceOf(recurrence),
    occurrences: next.map((one) => ahead(one, known.get(keyOf(one)))),
    lapsed: lapsed.slice(-shown).map(behind),
  };
}

function ahead({ at, ...one }: PlannedOccurrence, noted: StoredOccurrence | undefined): Occurrence {
  const { state, postId, reason } = noted ?? { state: 'planned', postId: null, reason: null };
  return { ...one, publishAt: at.toISOString(), state, postId, reason };
}

function behind(noted: StoredOccurrence): Occurrence {
  const { adjusted } = zoneRules(noted.timeZone).instantOf(noted.localTime);
  return { ...noted, adjusted };
}

export const handler = endpoint(schedulingContract.getRecurrence, getRecurrence, () => ({
  recurrences: recurrenceTable(),
  occurrences: occurrenceTable(),
  now,
}));

import { setTimeout as sleep } from 'node:timers/promises';
import type { Fates } from '../../local/faults/fates.ts';
import type { author } from './author.ts';
import { lanesOf } from './lanes.ts';
import { troublePlatforms } from './weather.ts';
import type { TableWitness } from './witnesses.ts';

type Round = {
  apiUrl: string;
  crashedAt: () => Date;
  table: Pick<TableWitness, 'unsettled' | 'rows'>;
  writer: Pick<ReturnType<typeof author>, 'write' | 'left'>;
  urls: readonly string[];
  /** Publications that are not settled yet, those still to be written included. */
  left: number;
  isStormy: boolean;
  fates: Fates;
  tell: (line: string) => void;
};
/** What is left when the round is over, and for how long nothing more would have happened. */
export type Outcome = { left: number; waitsMs: number; over: Promise<unknown> };

const lookMs = 250;
/** When nothing has moved for this long, all that is left may wait for a lease or a pause to end. */
const stillMs = 1_500;
/** So long, even if somebody could work: this machine is very busy, or something is stuck. */
const patienceMs = 20_000;
/** How often a storm is asked whether it still does harm: when most connections wait for leases of the dead, it is over. */
const stormCheckMs = 2_000;
const mostWaiting = 0.5;
/** Who waits longer does not just wait for the time of a post. */
const longestDelayMs = 10_000;
/** A storm ends with a power cut, when some of the work is done: up to this share. */
const mostOfStorm = 0.6;

/** Lets things happen until all is settled, nothing moves, or, in a storm, enough is done to stop in the middle. */
export async function playRound(round: Round): Promise<Outcome> {
  const { apiUrl, writer, urls, isStormy, fates, tell } = round;
  const end = new AbortController();
  const { signal } = end;
  const trouble = isStormy && troublePlatforms(urls, { fates, signal, tell });
  const over = Promise.all([writer.write(apiUrl, signal), trouble]);
  const enough = isStormy ? round.left * (1 - fates.share('length') * mostOfStorm) : 0;
  const left = await watch(round, enough);
  end.abort();
  const { waitsMs } = await lanesNow(round);
  return { left, waitsMs: median(waitsMs), over };
}

/** Gives what is left once that is little enough, or nobody could work on it. */
async function watch(round: Round, enough: number): Promise<number> {
  let checkAt = performance.now() + stormCheckMs;
  let movedAt = performance.now();
  let seen = '';
  for (;;) {
    await sleep(lookMs);
    const [unsettled, unwritten] = [await round.table.unsettled(), round.writer.left()];
    const left = unsettled + unwritten;
    if (left <= enough) return left;
    if (round.isStormy && performance.now() > checkAt) {
      if (await isStuck(round)) return left;
      checkAt = performance.now() + stormCheckMs;
    }
    if (seen !== `${unsettled} ${unwritten}`) movedAt = performance.now();
    seen = `${unsettled} ${unwritten}`;
    const stillForMs = performance.now() - movedAt;
    if (stillForMs > patienceMs) return left;
    if (stillForMs > stillMs && unwritten === 0 && !(await lanesNow(round)).areOpen) return left;
  }
}

async function isStuck(round: Round): Promise<boolean> {
  const { count, waitsMs } = await lanesNow(round);
  return waitsMs.filter((ms) => ms > longestDelayMs).length > count * mostWaiting;
}

const lanesNow = async ({ table, crashedAt }: Round) =>
  lanesOf(await table.rows('publication'), { now: new Date(), crashedAt: crashedAt() });
const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

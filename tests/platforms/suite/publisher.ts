import { setTimeout } from 'node:timers/promises';
import type { Account, Adapter } from '../../../functions/platforms/adapter.ts';
import type { PartContent } from '../../../functions/posts/content.ts';
import { laneTable } from '../../../functions/posts/lane-table.ts';
import type { PublishedPart, StoredPublication } from '../../../functions/posts/publication.ts';
import { attemptTable } from '../../../functions/publishing/attempt-table.ts';
import { deliver } from '../../../functions/publishing/deliver.ts';
import type { Delivered } from '../../../functions/publishing/delivery.ts';
import { usualLateness } from '../../../functions/publishing/lateness.ts';
import { addSeconds } from '../../../functions/runtime/clock.ts';
import { newId } from '../../../functions/runtime/ids.ts';
import { testTeamId } from '../../support/request.ts';
import { freshTable } from '../../support/table.ts';

export type Step = 'prepare' | 'upload' | 'checkReady' | 'publish';
export type Moment = 'before' | 'during' | 'after';

/** By how much a sandbox is told to hold calls up. */
export const holdMs = 500;
const pause = () => setTimeout(500);

const triesAtMost = 5;

/** One publication on its way, by the deployed publisher's own delivery and ledger, claimed anew for each try. */
type Wanted = Partial<PartContent> & { account: Account; text: string; parts?: PublishedPart[] };

/** `calm`: waits until the platform has done what it was called for; the rest of a pause is a clock put forward. */
export async function publisherOf(
  adapter: Adapter,
  { account, text, media = [], overrides = {}, parts }: Wanted,
  calm: () => Promise<void> = pause,
) {
  const content = { text, media, overrides };
  const table = await freshTable();
  const claimed = { ...newPublication(adapter), ...(parts && { parts }) };
  let ahead = 0;
  const tools = { attempts: attemptTable(table), lanes: laneTable(table), now: () => addSeconds(new Date(), ahead) };
  const deliverBy = (by: Adapter) => {
    claimed.attempts += 1;
    const renewEnding = async () => undefined;
    const delivery = { claimed: { ...claimed }, content, account, renewEnding, adapter: by, lateness: usualLateness };
    return deliver(delivery, tools);
  };

  /** Tries until something is certain; what is not yet is tried again, as the publisher does. */
  async function settle(tries = triesAtMost): Promise<Delivered['outcome']> {
    const { outcome } = await deliverBy(adapter);
    const isOver = outcome.kind === 'accepted' || (outcome.kind === 'refused' && !mayPass.has(outcome.refusal.kind));
    if (isOver || tries <= 1) return outcome;
    if (outcome.kind === 'unknown') {
      await calm();
      ahead += adapter.unknownPauseSeconds;
    }
    return settle(tries - 1);
  }

  return {
    settle,
    /** Delivers with a publisher that dies in a step: nothing follows that step, which may still go on. */
    async crashIn(step: Step, moment: Moment): Promise<void> {
      const { dying, dead, running } = dyingIn(adapter, step, moment);
      await Promise.race([dead, deliverBy(dying)]);
      await Promise.allSettled(running);
    },
  };
}

const mayPass: ReadonlySet<string> = new Set(['retry_later', 'rate_limited']);

function newPublication(adapter: Adapter): StoredPublication {
  const at = new Date().toISOString();
  return {
    teamId: testTeamId,
    postId: newId('post'),
    connectionId: newId('conn'),
    platform: adapter.platform.id,
    state: 'publishing',
    publishAt: at,
    dueAt: at,
    nextAttemptAt: at,
    plan: 1,
    attempts: 0,
    leaseUntil: '',
  };
}

function dyingIn(adapter: Adapter, step: Step, moment: Moment) {
  const { promise: dead, resolve: die } = Promise.withResolvers<void>();
  const running: Promise<unknown>[] = [];
  const never = new Promise<never>(() => undefined);
  const mortal =
    <Args extends unknown[], Answer>(run: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      if (moment !== 'before') {
        const step = run(...args);
        running.push(step);
        await (moment === 'during' ? setTimeout(holdMs / 8) : step);
      }
      die();
      return never;
    };
  const { prepare, upload, checkReady, publish } = adapter;
  const steps = {
    prepare: prepare && mortal(prepare),
    upload: upload && mortal(upload),
    checkReady: checkReady && mortal(checkReady),
    publish: mortal(publish),
  };
  return { dying: { ...adapter, [step]: steps[step] }, dead, running };
}

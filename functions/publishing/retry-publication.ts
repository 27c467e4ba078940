import {
  hintDue,
  type PublishQueue,
  partsOfPublicationId,
  publicationTable,
  type StoredPublication,
} from '../posts/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { workQueue } from '../runtime/queue.ts';
import { type AttemptTable, attemptTable } from './attempt-table.ts';
import { publishingContract, publishingWorkers } from './contract.ts';
import { type DecideTools, decide } from './decide.ts';
import { publicationView } from './publication-view.ts';

type Tools = DecideTools & { attempts: Pick<AttemptTable, 'listLatest'>; queue: PublishQueue };

export async function retryPublication(
  { path, caller }: Call<typeof publishingContract.retryPublication>,
  tools: Tools,
) {
  const ref = { teamId: caller.teamId, ...partsOfPublicationId(path.publicationId) };
  const [after, tried] = await Promise.all([decide(ref, anotherTry, tools), tools.attempts.listLatest(ref)]);
  await hintDue(tools.queue, [after], tools.now());
  return publicationView(after, tried);
}

/** Of one in doubt, the publisher looks at the platform before it sends anything: the ledger has the open attempt. */
function anotherTry({ attempts }: StoredPublication, at: Date) {
  const dueAt = at.toISOString();
  return { name: 'retry', set: { dueAt, nextAttemptAt: dueAt, attemptsBefore: attempts, error: undefined } } as const;
}

export const handler = endpoint(publishingContract.retryPublication, retryPublication, () => ({
  publications: publicationTable(),
  attempts: attemptTable(),
  queue: workQueue(publishingWorkers.publishLane),
  now,
}));

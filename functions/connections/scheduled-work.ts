import type { PublicationTable } from '../posts/public.ts';
import { cancelLane, type DecideTools, listWaiting } from '../publishing/public.ts';
import { Fault } from '../runtime/fault.ts';
import { connectionFaults, type Scheduled } from './contract.ts';

export type WorkTools = DecideTools & { publications: Pick<PublicationTable, 'listLane'> };

/** Given up within the request that deletes the connection; what is over, whoever hears of the deletion gives up. */
const cancelledAtOnce = 100;
/** Counted for people; above it the number is "more than". */
const countLimit = 500;

type Lane = { teamId: string; connectionId: string };

/** Does with what is still to go out on a connection what its team wants; refused while the team has not said. */
export async function settleScheduled(lane: Lane, scheduled: Scheduled | undefined, tools: WorkTools): Promise<void> {
  if (scheduled === 'keep') return;
  if (scheduled === 'cancel') return cancelLane(lane, tools, cancelledAtOnce);
  const waiting = await listWaiting(lane, tools, { limit: countLimit + 1 });
  if (waiting.length === 0) return;
  const count = waiting.length > countLimit ? `more than ${countLimit}` : waiting.length;
  throw new Fault(connectionFaults['connection.has_scheduled'], {
    detail: `${count} ${waiting.length === 1 ? 'publication is' : 'publications are'} still to go out on it.`,
  });
}

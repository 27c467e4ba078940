import { type LaneTable, laneTable } from '../posts/public.ts';
import { Fault } from '../runtime/fault.ts';
import { connectionFaults } from './faults.ts';
import type { Scheduled } from './schemas.ts';

type Lane = { teamId: string; connectionId: string };

export type WorkTools = {
  lanes: Pick<LaneTable, 'listWaiting'>;
  cancelWaiting: (lane: Lane, limit: number) => Promise<void>;
};

/** As deployed. */
export const workTools = (): WorkTools => ({
  lanes: laneTable(),
  cancelWaiting: async (lane, limit) => (await import('./cancel-waiting.ts')).cancelWaiting(lane, limit),
});

/** Given up within the request that deletes the connection; what is over, whoever hears of the deletion gives up. */
const cancelledAtOnce = 100;
/** Counted for people; above it the number is "more than". */
const countLimit = 500;

/** Does with what is still to go out on a connection what its team wants; refused while the team has not said. */
export async function settleScheduled(lane: Lane, scheduled: Scheduled | undefined, tools: WorkTools): Promise<void> {
  if (scheduled === 'keep') return;
  if (scheduled === 'cancel') return tools.cancelWaiting(lane, cancelledAtOnce);
  const waiting = await tools.lanes.listWaiting(lane, { limit: countLimit + 1 });
  if (waiting.length === 0) return;
  const count = waiting.length > countLimit ? `more than ${countLimit}` : waiting.length;
  throw new Fault(connectionFaults['connection.has_scheduled'], {
    detail: `${count} ${waiting.length === 1 ? 'publication is' : 'publications are'} still to go out on it.`,
  });
}

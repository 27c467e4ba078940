import { laneTable, publicationTable } from '../posts/public.ts';
import { cancelLane } from '../publishing/public.ts';
import { now } from '../runtime/clock.ts';

/** Loaded by who gives up what is scheduled on a connection: most who delete one need none of it. */
export const cancelWaiting = (lane: { teamId: string; connectionId: string }, limit: number): Promise<void> =>
  cancelLane(lane, { lanes: laneTable(), publications: publicationTable(), now }, limit);

import { laneTable, publicationTable } from '../posts/public.ts';
import { now } from '../runtime/clock.ts';
import { type Happened, subscriber } from '../runtime/events.ts';
import { type CancelTools, cancelLane } from './cancel-lane.ts';
import { publishingSubscribers } from './contract.ts';

type Deleted = Happened<typeof publishingSubscribers.cancelOnDeletedConnection>;

/** The request that deleted it has given up what was due soonest. A second run finds what the first one left. */
export async function cancelOnDeletedConnection({ teamId, data }: Deleted, tools: CancelTools): Promise<void> {
  if (data.scheduled === 'cancel') await cancelLane({ teamId, connectionId: data.connectionId }, tools);
}

export const handler = subscriber(publishingSubscribers.cancelOnDeletedConnection, cancelOnDeletedConnection, () => ({
  lanes: laneTable(),
  publications: publicationTable(),
  now,
}));

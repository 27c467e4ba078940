import { connectionReader } from '../connections/public.ts';
import { type PublicationTable, type PublishQueue, publicationTable } from '../posts/public.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { log } from '../runtime/log.ts';
import { workQueue } from '../runtime/queue.ts';
import { publishingContract, publishingWorkers } from './contract.ts';
import { pausesView } from './pauses-view.ts';
import { type PublishingSettingsTable, publishingSettingsTable } from './publishing-settings-table.ts';
import type { LaneRef } from './schemas.ts';
import { type ConnectionLister, findLanes, ofEach } from './team-lanes.ts';

type Tools = {
  connections: ConnectionLister;
  settings: Pick<PublishingSettingsTable, 'resume' | 'pauses'>;
  publications: Pick<PublicationTable, 'listLane'>;
  queue: PublishQueue;
  now: Now;
};

export async function resumePublishing(
  { body: { connectionId }, caller: { teamId, userId } }: Call<typeof publishingContract.resumePublishing>,
  tools: Tools,
) {
  const stopped = { teamId, connectionId };
  const lanes = await findLanes(stopped, tools.connections);
  await tools.settings.resume(stopped);
  log.info('publishing.resumed', { ...stopped, userId });
  const [pauses] = await Promise.all([tools.settings.pauses(teamId), hintOverdue(lanes, tools)]);
  return pausesView(pauses);
}

/** Only hints: if they are lost, the timer sends them again within a minute. */
async function hintOverdue(lanes: readonly LaneRef[], { publications, queue, now }: Tools): Promise<void> {
  const until = now();
  const hints = await ofEach(lanes, async (lane) => {
    const overdue = await publications.listLane(lane, { until, limit: 1 });
    return overdue.length > 0 ? [{ body: lane }] : [];
  });
  const lost = (error: Error) => log.error('hint.lost', { count: hints.flat().length, error });
  await queue.send(hints.flat()).catch(lost);
}

export const handler = endpoint(publishingContract.resumePublishing, resumePublishing, () => ({
  connections: connectionReader(),
  settings: publishingSettingsTable(),
  publications: publicationTable(),
  queue: workQueue(publishingWorkers.publishLane),
  now,
}));

import { connectionReader } from '../connections/public.ts';
import { publicationTable } from '../posts/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { log } from '../runtime/log.ts';
import { type BacklogTools, backlogOf, sumOf } from './backlog.ts';
import { publishingContract } from './contract.ts';
import { pausesView } from './pauses-view.ts';
import { type PublishingSettingsTable, publishingSettingsTable } from './publishing-settings-table.ts';
import { type ConnectionLister, findLanes, laneLimit, ofEach } from './team-lanes.ts';

type Tools = BacklogTools & {
  connections: ConnectionLister;
  settings: Pick<PublishingSettingsTable, 'pause' | 'pauses'>;
};

/** Counts what is in flight after the stop is written: a publisher that claims later sees it. */
export async function pausePublishing(
  { body: { connectionId }, caller: { teamId, userId } }: Call<typeof publishingContract.pausePublishing>,
  tools: Tools,
) {
  const stopped = { teamId, connectionId };
  const lanes = await findLanes(stopped, tools.connections);
  await tools.settings.pause(stopped, { pausedAt: tools.now().toISOString(), pausedBy: userId });
  log.info('publishing.paused', { ...stopped, userId });
  const [pauses, backlogs] = await Promise.all([
    tools.settings.pauses(teamId),
    ofEach(lanes, (lane) => backlogOf(lane, tools)),
  ]);
  const { inFlight, isComplete } = sumOf(backlogs);
  return { ...pausesView(pauses), inFlight, isComplete: isComplete && lanes.length < laneLimit };
}

export const handler = endpoint(publishingContract.pausePublishing, pausePublishing, () => ({
  connections: connectionReader(),
  publications: publicationTable(),
  settings: publishingSettingsTable(),
  now,
}));

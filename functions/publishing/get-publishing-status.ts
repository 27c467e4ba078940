import { connectionReader } from '../connections/public.ts';
import { publicationTable } from '../posts/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type BacklogTools, backlogOf, sumOf } from './backlog.ts';
import { publishingContract } from './contract.ts';
import { type PublishingSettingsTable, publishingSettingsTable } from './publishing-settings-table.ts';
import { type ConnectionLister, ofEach } from './team-lanes.ts';

/** Connections told of; of more, the figures are "at least". */
const connectionLimit = 100;

type Tools = BacklogTools & {
  connections: Pick<ConnectionLister, 'listIds'>;
  settings: Pick<PublishingSettingsTable, 'pauses'>;
};

export async function getPublishingStatus(
  { caller: { teamId } }: Call<typeof publishingContract.getPublishingStatus>,
  tools: Tools,
) {
  const [ids, pauses] = await Promise.all([
    tools.connections.listIds(teamId, connectionLimit + 1),
    tools.settings.pauses(teamId),
  ]);
  const lanes = ids.slice(0, connectionLimit).map((connectionId) => ({ teamId, connectionId }));
  const backlogs = await ofEach(lanes, async (lane) => ({ ...lane, ...(await backlogOf(lane, tools)) }));
  const sum = sumOf(backlogs);
  return {
    ...sum,
    isComplete: sum.isComplete && ids.length <= connectionLimit,
    pause: pauses.team ?? null,
    connections: backlogs.map((one) => ({ ...one, pause: pauses.connections.get(one.connectionId) ?? null })),
  };
}

export const handler = endpoint(publishingContract.getPublishingStatus, getPublishingStatus, () => ({
  connections: connectionReader(),
  publications: publicationTable(),
  settings: publishingSettingsTable(),
  now,
}));

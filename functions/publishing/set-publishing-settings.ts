import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { publishingContract } from './contract.ts';
import { type PublishingSettingsTable, publishingSettingsTable } from './publishing-settings-table.ts';

type Tools = { settings: Pick<PublishingSettingsTable, 'setLateness'> };

export async function setPublishingSettings(
  { body, caller, expectedRevision }: Call<typeof publishingContract.setPublishingSettings>,
  { settings }: Tools,
) {
  const after = await settings.setLateness(caller.teamId, body.lateness, expectedRevision);
  if (!after) throw new Fault(commonFaults['version.changed']);
  return after;
}

export const handler = endpoint(publishingContract.setPublishingSettings, setPublishingSettings, () => ({
  settings: publishingSettingsTable(),
}));

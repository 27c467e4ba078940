import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { publishingContract } from './contract.ts';
import { type PublishingSettingsTable, publishingSettingsTable } from './publishing-settings-table.ts';

type Tools = { settings: Pick<PublishingSettingsTable, 'find'> };

export const getPublishingSettings = (
  { caller }: Call<typeof publishingContract.getPublishingSettings>,
  { settings }: Tools,
) => settings.find(caller.teamId);

export const handler = endpoint(publishingContract.getPublishingSettings, getPublishingSettings, () => ({
  settings: publishingSettingsTable(),
}));

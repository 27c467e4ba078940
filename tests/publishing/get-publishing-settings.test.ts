import { describe, expect, test } from 'vitest';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { getPublishingSettings } from '../../functions/publishing/get-publishing-settings.ts';
import { publishingSettingsTable } from '../../functions/publishing/publishing-settings-table.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { otherTeamId, send, testTeamId, viewer } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup() {
  const settings = publishingSettingsTable(await freshTable());
  const handler = endpoint(publishingContract.getPublishingSettings, getPublishingSettings, () => ({ settings }));
  const get = (teamId = testTeamId) => send(handler, { method: 'GET', caller: { ...viewer, teamId } });
  return { settings, get };
}

describe('GET /publishing/settings', () => {
  test('of a team that set nothing, the usual ones: somebody is asked after an hour', async () => {
    const { get } = await setup();
    const { status, body, headers } = await get();
    expect({ status, body }).toEqual({ status: 200, body: { lateness: { policy: 'ask', afterMinutes: 60 } } });
    expect(headers?.etag).toMatch(/^"0\./);
  });

  test('what the team set, and no other team', async () => {
    const { get, settings } = await setup();
    const lateness = { policy: 'skip', afterMinutes: 5 } as const;
    await settings.setLateness(testTeamId, lateness, undefined);
    expect((await get()).body).toEqual({ lateness });
    expect((await get(otherTeamId)).body).toMatchObject({ lateness: { policy: 'ask' } });
  });
});

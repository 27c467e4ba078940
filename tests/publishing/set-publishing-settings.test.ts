import { describe, expect, test } from 'vitest';
import { publishingContract } from '../../functions/publishing/contract.ts';
import { publishingSettingsTable } from '../../functions/publishing/publishing-settings-table.ts';
import { setPublishingSettings } from '../../functions/publishing/set-publishing-settings.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { admin, editor, send, testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

const lateness = { policy: 'publish', afterMinutes: 30 } as const;

async function setup() {
  const settings = publishingSettingsTable(await freshTable());
  const handler = endpoint(publishingContract.setPublishingSettings, setPublishingSettings, () => ({ settings }));
  const put = (body: unknown, { caller = admin as object, headers = {} } = {}) =>
    send(handler, { method: 'PUT', body, headers, caller: { ...admin, ...caller } });
  return { settings, put };
}

describe('PUT /publishing/settings', () => {
  test('sets what happens to late posts', async () => {
    const { put, settings } = await setup();
    expect(await put({ lateness })).toMatchObject({ status: 200, body: { lateness } });
    expect(await settings.find(testTeamId)).toMatchObject({ lateness });
  });

  test('with the tag of what was read, only while nobody else set them', async () => {
    const { put, settings } = await setup();
    const { headers } = await put({ lateness });
    const ours = { 'if-match': String(headers?.etag) };
    expect(await put({ lateness: { ...lateness, policy: 'skip' } }, { headers: ours })).toMatchObject({ status: 200 });
    expect(await put({ lateness }, { headers: ours })).toMatchObject({
      status: 412,
      body: { code: 'version.changed' },
    });
    expect(await settings.find(testTeamId)).toMatchObject({ lateness: { policy: 'skip' }, revision: 2 });
  });

  test.each([
    ['an unknown policy', { lateness: { policy: 'hope', afterMinutes: 30 } }],
    ['no time at all', { lateness: { policy: 'skip', afterMinutes: 0 } }],
    ['more than a day', { lateness: { policy: 'skip', afterMinutes: 1441 } }],
    ['half of it', { lateness: { policy: 'skip' } }],
    ['a crisis stop', { lateness, pause: { pausedAt: '2030-01-01T00:00:00Z' } }],
  ])('refuses %s', async (_, body) => {
    const { put, settings } = await setup();
    expect(await put(body)).toMatchObject({ status: 422 });
    expect(await settings.find(testTeamId)).toMatchObject({ revision: 0 });
  });

  test('is for admins', async () => {
    const { put } = await setup();
    expect(await put({ lateness }, { caller: editor })).toMatchObject({
      status: 403,
      body: { code: 'auth.role_too_low' },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { connectionChanges } from '../../functions/connections/connection-changes-table.ts';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { getConnectionQuota } from '../../functions/connections/get-connection-quota.ts';
import type { PlatformId } from '../../functions/platforms/contract.ts';
import { type Access, PlatformRefused } from '../../functions/platforms/public.ts';
import { laneTable } from '../../functions/posts/public.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { freshConnections, storedConnection } from '../support/connections.ts';
import { mastodonTarget } from '../support/posts.ts';
import { dueTime, freshPublishing } from '../support/publishing.ts';
import { type Request, send, testTeamId } from '../support/request.ts';

type Setup = { platform?: PlatformId; access?: Partial<Access>; now?: Date };

async function setup({ platform = 'x', access = {}, now = dueTime }: Setup = {}) {
  const target = mastodonTarget({ platform });
  const publishing = await freshPublishing({ targets: [target] });
  const all = await freshConnections({ now: () => now });
  const plain = storedConnection({ id: target.id, platform });
  const sealedSecret = await all.tools.secrets.seal('{}', { teamId: testTeamId, connectionId: target.id });
  await all.tools.connections.insert({ ...plain, sealedSecret });
  const given: Access = { sharesTokens: false, ...access };
  const tools = {
    ...all.tools,
    lanes: laneTable(publishing.table),
    changes: connectionChanges(all.table),
    accounts: all.opener,
    accessFor: async () => given,
  };
  const handler = endpoint(connectionsContract.getConnectionQuota, getConnectionQuota, () => tools);
  const quota = (request: Request = {}) =>
    send(handler, { method: 'GET', path: { connectionId: target.id }, ...request });
  const stored = () => all.tools.connections.find(testTeamId, target.id);
  return { ...publishing, connectionId: target.id, quota, stored };
}

describe('GET /connections/{connectionId}/quota', () => {
  test('gives what the platform itself says', async () => {
    const resetsAt = addSeconds(dueTime, 60);
    const access = { quota: async () => ({ limit: 250, used: 12, windowSeconds: 86_400, resetsAt }) };
    const { quota, connectionId } = await setup({ platform: 'threads', access });
    const told = { source: 'platform', limit: 250, used: 12, remaining: 238, windowSeconds: 86_400 };
    expect(await quota()).toMatchObject({
      status: 200,
      body: { connectionId, ...told, resetsAt: resetsAt.toISOString() },
    });
  });

  test('keeps the limit that the platform names, for forecasts', async () => {
    const told = { limit: 25, used: 12, windowSeconds: 86_400 };
    const { quota, stored } = await setup({ platform: 'instagram', access: { quota: async () => told } });
    await quota();
    expect(await stored()).toMatchObject({ postLimit: { max: 25, windowSeconds: 86_400 } });
    told.limit = 0; // a platform that gives none just now
    await quota();
    expect(await stored()).toMatchObject({ postLimit: { max: 25 } });
  });

  test('else counts what went out through us in the window that the platform names', async () => {
    const later = addSeconds(dueTime, 20 * 60);
    const { quota, scheduleOne, publish } = await setup({ now: later });
    await publish(await scheduleOne(), dueTime);
    const second = addSeconds(dueTime, 10 * 60);
    await publish(await scheduleOne({ publishAt: second.toISOString() }), second);
    await scheduleOne({ publishAt: addSeconds(later, 60).toISOString() });
    const body = { source: 'own_count', limit: 100, used: 1, remaining: 99, windowSeconds: 900, resetsAt: null };
    expect(await quota()).toMatchObject({ status: 200, body });
  });

  test('says that it knows none where the platform names none', async () => {
    const { quota, scheduleOne, publish } = await setup({ platform: 'mastodon', now: addSeconds(dueTime, 3600) });
    await publish(await scheduleOne(), dueTime);
    const body = { source: 'unknown', limit: null, used: null, remaining: null, windowSeconds: null };
    expect(await quota()).toMatchObject({ status: 200, body });
  });

  test.each([
    ['reconnect', 409, 'connection.access_lost', 'needs_reconnect'],
    ['retry_later', 503, 'connection.server_unreachable', 'active'],
  ] as const)('is refused where the platform refuses to tell: %s', async (kind, status, code, state) => {
    const refusing = async () => {
      throw new PlatformRefused({ kind, platformCode: null, message: 'no' });
    };
    const { quota, stored } = await setup({ access: { quota: refusing } });
    expect(await quota()).toMatchObject({ status, body: { code } });
    expect(await stored()).toMatchObject({ state });
  });

  test('does not find what is not there', async () => {
    const { quota } = await setup();
    const notFound = { status: 404, body: { code: 'connection.not_found' } };
    expect(await quota({ path: { connectionId: newId('conn') } })).toMatchObject(notFound);
  });
});

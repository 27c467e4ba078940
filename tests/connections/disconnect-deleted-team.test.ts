import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionsSubscribers } from '../../functions/connections/contract.ts';
import { disconnectDeletedTeam } from '../../functions/connections/disconnect-deleted-team.ts';
import { subscriber } from '../../functions/runtime/events.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { noon } from '../support/accounts.ts';
import { consented, freshConnections, storedConnection } from '../support/connections.ts';
import { eventDelivery } from '../support/events.ts';
import { otherTeamId, testTeamId, testUserId } from '../support/request.ts';
import { sandboxControl } from '../support/sandbox.ts';

let mastodon: Sandbox;
beforeAll(async () => {
  mastodon = await startMastodon({ rateLimit: 'off' });
});
afterAll(() => mastodon.stop());

async function setup() {
  const all = await freshConnections();
  const { connections, secrets } = all.tools;
  const ended: string[] = [];
  const accessFor: typeof all.tools.accessFor = async (platform) => ({
    ...(await all.tools.accessFor(platform)),
    revoke: async ({ accountId }) => void ended.push(accountId),
  });
  const deliver = (tools: Parameters<typeof disconnectDeletedTeam>[1]) =>
    subscriber(
      connectionsSubscribers.disconnectDeletedTeam,
      disconnectDeletedTeam,
      () => tools,
    )(
      eventDelivery('team.deleted', {
        id: newId('event'),
        at: noon.toISOString(),
        teamId: testTeamId,
        data: { deletedBy: testUserId },
      }),
    );
  const connect = async (accountId: string, teamId = testTeamId) => {
    const connection = storedConnection({ accountId, teamId });
    const sealedSecret = await secrets.seal('{}', { teamId, connectionId: connection.id });
    await connections.insert({ ...connection, sealedSecret });
  };
  const left = async (teamId = testTeamId) => (await connections.list(teamId, { limit: 99 })).connections.length;
  return { ...all, ended, connect, left, deliver, offline: { ...all.tools, accessFor } };
}

describe('disconnectDeletedTeam', () => {
  test('ends the access at the platform and leaves nothing to publish with', async () => {
    const all = await setup();
    const { body } = await all.create(await consented(all, mastodon.url));
    const opened = await all.opener.open(testTeamId, body.id);
    await all.deliver(all.tools);
    expect(await all.opener.open(testTeamId, body.id)).toBeUndefined();
    const { accessToken } = JSON.parse(opened?.account.secret ?? '');
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${mastodon.url}/api/v1/accounts/verify_credentials`, { headers });
    expect(answer.status).toBe(401);
  });

  test('disconnects more accounts than it takes at once, and none of another team', async () => {
    const { connect, deliver, left, ended, offline } = await setup();
    for (let account = 0; account < 23; account++) await connect(String(account));
    await connect('theirs', otherTeamId);
    await deliver(offline);
    expect([await left(), await left(otherTeamId), new Set(ended).size]).toEqual([0, 1, 23]);
  });

  test('does not wait for a platform that does not answer', async () => {
    const all = await setup();
    await all.create(await consented(all, mastodon.url));
    await sandboxControl(mastodon.url).fail({ operation: 'POST /oauth/revoke', kind: 'error' });
    await all.deliver(all.tools);
    expect(await all.left()).toBe(0);
  });

  test('one account that fails keeps none of the others, and is tried again', async () => {
    const { connect, deliver, left, offline } = await setup();
    for (const account of ['1', '2', '3']) await connect(account);
    let failures = 1;
    const secrets = {
      open: async () => {
        if (failures-- > 0) throw new Error('KMS does not answer');
        return '{}';
      },
    };
    await expect(deliver({ ...offline, secrets })).rejects.toThrow('1 accounts are still connected');
    expect(await left()).toBe(1);
    await deliver({ ...offline, secrets });
    expect(await left()).toBe(0);
  });

  test('may come twice', async () => {
    const { connect, deliver, left, offline } = await setup();
    await connect('1');
    await Promise.all([deliver(offline), deliver(offline)]);
    await deliver(offline);
    expect(await left()).toBe(0);
  });

  test('no account is connected to a team once it is deleted', async () => {
    const { connect, table } = await setup();
    await table.put({ pk: `TEAM#${testTeamId}`, sk: 'TEAM', deletedAt: noon.toISOString() });
    await expect(connect('late')).rejects.toMatchObject({ entry: { code: 'auth.not_a_member' } });
    expect(await table.rows()).toHaveLength(1);
  });
});

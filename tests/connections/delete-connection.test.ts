import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { deleteConnection } from '../../functions/connections/delete-connection.ts';
import { postTable } from '../../functions/posts/public.ts';
import type { TeamCaller } from '../../functions/runtime/contract.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { startBluesky } from '../../local/platforms/bluesky/start-bluesky.ts';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { bySandboxPassword, consented, freshConnections } from '../support/connections.ts';
import { mastodonTarget, plannedPost } from '../support/posts.ts';
import { admin, editor, otherTeamId, send, testTeamId } from '../support/request.ts';
import { sandboxControl } from '../support/sandbox.ts';

let mastodon: Sandbox;
let bluesky: Sandbox;
beforeAll(async () => {
  mastodon = await startMastodon({ rateLimit: 'off' });
  bluesky = await startBluesky({ rateLimits: 'off' });
});
afterAll(() => Promise.all([mastodon.stop(), bluesky.stop()]));

async function setup() {
  const all = await freshConnections();
  const handler = endpoint(connectionsContract.deleteConnection, deleteConnection, () => all.tools);
  const remove = (connectionId: string, caller: TeamCaller = admin, query?: Record<string, string>) =>
    send(handler, { path: { connectionId }, caller, query });
  const posts = postTable(all.table, dueIndex('DUE', 4));
  /** Posts that are still to go out on a connection. */
  const schedule = async (connectionId: string, count: number) => {
    const targets = [mastodonTarget({ id: connectionId })];
    const planned = Array.from({ length: count }, () => plannedPost({ targets }));
    for (const one of planned) await posts.insert(one);
    return async () =>
      (await all.tools.publications.findMany(planned.flatMap(({ publications }) => publications))).map(
        ({ state }) => state,
      );
  };
  const eventsTold = async () => (await all.table.rows()).filter(({ entity }) => entity === 'event');
  return { ...all, remove, schedule, eventsTold };
}

describe('DELETE /connections/{connectionId}', () => {
  test('deletes the connection and ends its access', async () => {
    const all = await setup();
    const { body } = await all.create(await consented(all, mastodon.url));
    const opened = await all.opener.open(testTeamId, body.id);
    expect(await all.remove(body.id)).toMatchObject({ status: 204 });
    expect(await all.opener.open(testTeamId, body.id)).toBeUndefined();
    const { accessToken } = JSON.parse(opened?.account.secret ?? '');
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${mastodon.url}/api/v1/accounts/verify_credentials`, { headers });
    expect(answer.status).toBe(401);
  });

  test("leaves another team's access to the same account alone, and ends it with the last team", async () => {
    const all = await setup();
    const stranger = { ...admin, teamId: otherTeamId };
    const ours = await all.create(await consented(all, mastodon.url, 'shared'));
    const theirs = await all.create(await consented(all, mastodon.url, 'shared', stranger), stranger);
    const token = JSON.parse((await all.opener.open(otherTeamId, theirs.body.id))?.account.secret ?? '').accessToken;
    const verify = () =>
      fetch(`${mastodon.url}/api/v1/accounts/verify_credentials`, { headers: { authorization: `Bearer ${token}` } });
    expect(await all.remove(ours.body.id)).toMatchObject({ status: 204 });
    expect((await verify()).status).toBe(200);
    expect(await all.remove(theirs.body.id, stranger)).toMatchObject({ status: 204 });
    expect((await verify()).status).toBe(401);
  });

  test('lets the account be connected again', async () => {
    const all = await setup();
    const { body } = await all.create(bySandboxPassword(bluesky.url));
    await all.remove(body.id);
    const again = await all.create(bySandboxPassword(bluesky.url));
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(body.id);
  });

  test.each(['error', 'drop_before', 'rate_limit'] as const)('does so when the platform answers: %s', async (kind) => {
    const all = await setup();
    const { body } = await all.create(bySandboxPassword(bluesky.url));
    await sandboxControl(bluesky.url).fail({ operation: 'com.atproto.server.deleteSession', kind });
    expect(await all.remove(body.id)).toMatchObject({ status: 204 });
    expect((await all.table.rows()).map(({ entity }) => entity)).toEqual(['event']);
  });

  test('happens once: the second one finds nothing', async () => {
    const all = await setup();
    const { body } = await all.create(bySandboxPassword(bluesky.url));
    const replies = await Promise.all([all.remove(body.id), all.remove(body.id)]);
    expect(replies.map(({ status }) => status)).toContain(204);
    expect(await all.remove(body.id)).toMatchObject({ status: 404, body: { code: 'connection.not_found' } });
  });

  test('does not find what is not there, or is of another team', async () => {
    const all = await setup();
    const { body } = await all.create(bySandboxPassword(bluesky.url));
    const notFound = { status: 404, body: { code: 'connection.not_found' } };
    expect(await all.remove(newId('conn'))).toMatchObject(notFound);
    expect(await all.remove(body.id, { ...admin, teamId: otherTeamId })).toMatchObject(notFound);
    expect(await all.opener.open(testTeamId, body.id)).toBeDefined();
  });

  test.each([
    [1, /^1 publication is /],
    [3, /^3 publications are /],
  ])('asks what becomes of %d that are still to go out', async (count, detail) => {
    const all = await setup();
    const { body } = await all.create(bySandboxPassword(bluesky.url));
    const states = await all.schedule(body.id, count);
    const refused = await all.remove(body.id);
    expect(refused).toMatchObject({ status: 409, body: { code: 'connection.has_scheduled' } });
    expect(refused.body.detail).toMatch(detail);
    expect(await states()).toEqual(Array(count).fill('scheduled'));
    expect(await all.opener.open(testTeamId, body.id)).toBeDefined();
  });

  test('gives them up where that is wanted, and tells who goes on with the rest', async () => {
    const all = await setup();
    const { body } = await all.create(bySandboxPassword(bluesky.url));
    const states = await all.schedule(body.id, 4);
    expect(await all.remove(body.id, admin, { scheduled: 'cancel' })).toMatchObject({ status: 204 });
    expect(await states()).toEqual(Array(4).fill('cancelled'));
    const data = { connectionId: body.id, platform: 'bluesky', scheduled: 'cancel' };
    expect(await all.eventsTold()).toMatchObject([{ type: 'connection.deleted', data }]);
  });

  test('leaves them to fail at their time where that is wanted', async () => {
    const all = await setup();
    const { body } = await all.create(bySandboxPassword(bluesky.url));
    const states = await all.schedule(body.id, 2);
    expect(await all.remove(body.id, admin, { scheduled: 'keep' })).toMatchObject({ status: 204 });
    expect(await states()).toEqual(['scheduled', 'scheduled']);
    expect(await all.eventsTold()).toMatchObject([{ data: { scheduled: 'keep' } }]);
  });

  test('takes no other word for it', async () => {
    const all = await setup();
    const refused = await all.remove(newId('conn'), admin, { scheduled: 'later' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'input.invalid' } });
  });

  test('is for admins', async () => {
    const all = await setup();
    const refused = { status: 403, body: { code: 'auth.role_too_low' } };
    expect(await all.remove(newId('conn'), editor)).toMatchObject(refused);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionsContract } from '../../functions/connections/contract.ts';
import { reconnectConnection } from '../../functions/connections/reconnect-connection.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { consented, freshConnections, storedConnection } from '../support/connections.ts';
import { admin, editor, otherTeamId, type Request, send, testTeamId } from '../support/request.ts';
import { appsAt, comeBack as comeBackTo, consentCode, redirectUri } from '../support/sandbox.ts';
import { offeredAccount, severalAccounts } from '../support/several-accounts.ts';

let mastodon: Sandbox;
beforeAll(async () => {
  mastodon = await startMastodon({ rateLimit: 'off' });
});
afterAll(() => mastodon.stop());

async function setup() {
  const all = await freshConnections();
  const { body } = await all.create(await consented(all, mastodon.url));
  const handler = endpoint(connectionsContract.reconnectConnection, reconnectConnection, () => all.tools);
  const reconnect = (request: Request = {}) =>
    send(handler, { path: { connectionId: body.id }, body: { redirectUri }, caller: admin, ...request });
  /** The user comes back from the consent page, as whomever. */
  const comeBack = async (username: string, caller = admin) => {
    const begun = await reconnect();
    const code = await consentCode(begun.body.authorizationUrl, username);
    return all.create({ platform: 'mastodon', code, state: begun.body.state }, caller);
  };
  return { ...all, id: body.id, reconnect, comeBack };
}

describe('POST /connections/{connectionId}/reconnect', () => {
  test('asks for consent where the account lives, and keeps the connection', async () => {
    const { reconnect, comeBack, id, opener } = await setup();
    const begun = await reconnect();
    expect(begun).toMatchObject({ status: 200, body: { state: expect.any(String) } });
    expect(new URL(begun.body.authorizationUrl).origin).toBe(mastodon.url);
    const version = (await opener.open(testTeamId, id))?.secretVersion();
    expect(await comeBack('alice')).toMatchObject({ status: 201, body: { id, state: 'active' } });
    expect((await opener.open(testTeamId, id))?.secretVersion()).toBe((version ?? 0) + 1);
  });

  test('gives one its access back that had lost it', async () => {
    const { comeBack, id, opener } = await setup();
    await opener.markNeedsReconnect(testTeamId, id);
    expect(await comeBack('alice')).toMatchObject({ status: 201, body: { id, state: 'active' } });
  });

  test('refuses another account, connects nothing, and ends what it was given', async () => {
    const { comeBack, id, tools } = await setup();
    const ended: string[] = [];
    const { accessFor } = tools;
    tools.accessFor = async (platform) => ({
      ...(await accessFor(platform)),
      revoke: async ({ accountName }) => void ended.push(accountName),
    });
    const refused = await comeBack('mallory');
    expect(refused).toMatchObject({ status: 409, body: { code: 'connection.other_account' } });
    expect(refused.body.detail).toMatch(/@alice.*@mallory/);
    const { connections } = await tools.connections.list(testTeamId, { limit: 9 });
    expect(connections.map((one) => one.id)).toEqual([id]);
    expect(ended).toEqual([expect.stringContaining('@mallory')]);
  });

  test('finds nothing to give back to when the connection is deleted meanwhile', async () => {
    const { reconnect, create, id, tools } = await setup();
    const begun = await reconnect();
    const stored = await tools.connections.find(testTeamId, id);
    if (stored) await tools.connections.delete(stored);
    const code = await consentCode(begun.body.authorizationUrl, 'alice');
    const reply = await create({ platform: 'mastodon', code, state: begun.body.state });
    expect(reply).toMatchObject({ status: 404, body: { code: 'connection.not_found' } });
  });

  test('is refused for accounts that are connected by password', async () => {
    const { reconnect, tools } = await setup();
    const byPassword = storedConnection({ platform: 'bluesky' });
    await tools.connections.insert(byPassword);
    const refused = await reconnect({ path: { connectionId: byPassword.id } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'connection.no_consent' } });
  });

  test('is refused where consent could not come back, or our app is not known', async () => {
    const { reconnect, tools } = await setup();
    const body = { redirectUri: 'http://evil.example/' };
    expect(await reconnect({ body })).toMatchObject({ status: 422, body: { code: 'connection.redirect_refused' } });
    const onX = storedConnection({ platform: 'x' });
    await tools.connections.insert(onX);
    tools.platformApps = appsAt(() => mastodon.url, 'none');
    const refused = await reconnect({ path: { connectionId: onX.id } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'connection.platform_not_configured' } });
  });

  test('may come back to us, too, and is sent on', async () => {
    const { reconnect, receive, create, id } = await setup();
    const begun = await reconnect({ body: { returnTo: 'https://app.example.com/connected' } });
    const { headers } = await receive(await comeBackTo(begun.body.authorizationUrl));
    const ticket = new URL(String(headers?.location)).searchParams.get('ticket');
    const again = await create({ platform: 'mastodon', state: begun.body.state, ticket });
    expect(again).toMatchObject({ status: 201, body: { id } });
    const elsewhere = await reconnect({ body: { returnTo: 'https://evil.example/' } });
    expect(elsewhere).toMatchObject({ status: 422, body: { code: 'connection.return_refused' } });
  });

  test('does not find what is not there, or is of another team, and is for admins', async () => {
    const { reconnect } = await setup();
    const notFound = { status: 404, body: { code: 'connection.not_found' } };
    expect(await reconnect({ path: { connectionId: newId('conn') } })).toMatchObject(notFound);
    expect(await reconnect({ caller: { ...admin, teamId: otherTeamId } })).toMatchObject(notFound);
    expect(await reconnect({ caller: editor })).toMatchObject({ status: 403, body: { code: 'auth.role_too_low' } });
  });

  test('of several accounts that the consent opens, takes that of the connection', async () => {
    const opened = [offeredAccount('1'), offeredAccount('2'), offeredAccount('3')];
    const all = await severalAccounts(opened);
    const offered = await all.consent();
    const { body } = await all.select(offered.body.pendingId, ['2']);
    const [{ id }] = body.items;
    const handler = endpoint(connectionsContract.reconnectConnection, reconnectConnection, () => all.tools);
    const begun = await send(handler, { path: { connectionId: id }, body: { redirectUri }, caller: admin });
    const again = await all.create({ platform: 'threads', code: 'again', state: begun.body.state });
    expect(again).toMatchObject({ status: 201, body: { id, accountId: '2' } });
    expect(await all.kinds()).not.toContain('pending');
  });
});

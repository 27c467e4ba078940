import { readFileSync } from 'node:fs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { Connection, PendingConnection } from '../../functions/connections/contract.ts';
import { pageOf } from '../../functions/runtime/shapes.ts';
import { type Account, addresses, api, connectByConsent, fault, newAccount, postIn } from '../support/journey.ts';
import { ownPlatforms } from '../support/own-platforms.ts';
import { comeBack, consentCode } from '../support/sandbox.ts';
import { documentsOf } from '../support/stored-rows.ts';

const platforms = ownPlatforms();
const Begun = z.object({ authorizationUrl: z.string(), state: z.string() });
const Made = z.object({ id: z.string() });

const begin = (account: Account, redirectUri: string) =>
  api.get(Begun, 'POST /connections/authorize', {
    ...account,
    body: { platform: 'mastodon', server: platforms.mastodon, redirectUri },
  });

/** The user agrees, and comes back with a code. */
async function finish(account: Account, { authorizationUrl, state }: z.infer<typeof Begun>, username?: string) {
  const code = await consentCode(authorizationUrl, username);
  return api.call('POST /connections', { ...account, body: { platform: 'mastodon', code, state } });
}

describe.concurrent('connections through the running stack', () => {
  test('an account that two teams have keeps its access until both have let go', async () => {
    const accounts = [await newAccount('Ada'), await newAccount('Bob')] as const;
    const connect = async (account: Account) => {
      const begun = await begin(account, 'http://localhost:3000/shared');
      return Connection.parse((await finish(account, begun, 'carol')).body);
    };
    const [ada, bob] = accounts;
    const [hers, his] = [await connect(ada), await connect(bob)];
    expect(his.accountId).toBe(hers.accountId);
    expect(await api.call(`DELETE /connections/${hers.id}`, ada)).toMatchObject({ status: 204 });
    const body = { text: 'Still here', connectionIds: [his.id] };
    const { id } = await api.get(Made, 'POST /posts', { ...bob, body });
    expect(await api.call(`POST /posts/${id}/publish`, bob)).toMatchObject({ status: 202 });
    await postIn(bob, id, 'published');
    expect(await api.call(`DELETE /connections/${his.id}`, bob)).toMatchObject({ status: 204 });
  });

  test('of several accounts that a consent opens, those that are chosen are connected', async () => {
    const account = await newAccount();
    const offered = PendingConnection.parse(await connectByConsent(account, 'facebook', 'bob'));
    const [chosen, other] = offered.accounts.map(({ accountId }) => accountId);
    const select = (accountIds: unknown[]) =>
      api.call(`POST /connections/pending/${offered.pendingId}/select`, { ...account, body: { accountIds } });
    expect(await select(['none of them'])).toMatchObject({ body: { code: 'connection.account_not_offered' } });
    expect(await select([chosen])).toMatchObject({ status: 201, body: { items: [{ accountId: chosen }] } });
    expect(await select([other])).toMatchObject({ status: 404, body: { code: 'connection.pending_not_found' } });
    const [first, ...others] = (await api.get(pageOf(Connection), 'GET /connections', account)).items;
    expect([first?.accountId, others]).toEqual([chosen, []]);

    await loseAccess(account.teamId, first?.id ?? '');
    const { pendingId } = PendingConnection.parse(await connectByConsent(account, 'facebook', 'bob'));
    const again = { ...account, body: { accountIds: [chosen] } };
    const renewed = await api.call(`POST /connections/pending/${pendingId}/select`, again);
    expect(renewed).toMatchObject({ status: 201, body: { items: [{ id: first?.id, state: 'active' }] } });
  });

  test('a user who comes back to us is sent on to the frontend, which finishes with the ticket', async () => {
    const account = await newAccount();
    const returnTo = 'http://localhost:3000/connected?tab=accounts';
    const body = { platform: 'mastodon', server: platforms.mastodon, returnTo };
    const consent = async (changes: Record<string, string> = {}) => {
      const begun = await api.get(Begun, 'POST /connections/authorize', { ...account, body });
      const back = new URL(begun.authorizationUrl).searchParams.get('redirect_uri') ?? '';
      expect(back).toBe(`${addresses.api}/v1/connections/callback`);
      const answer = { ...(await comeBack(begun.authorizationUrl, 'erin')), ...changes };
      const callback = `${back}?${new URLSearchParams(answer)}`;
      const reply = await fetch(callback, { redirect: 'manual' });
      expect([reply.status, await reply.text()]).toEqual([303, '']);
      const page = new URL(reply.headers.get('location') ?? '');
      expect(page.href).toMatch(`${returnTo}&state=`);
      expect(page.searchParams.get('state')).toBe(begun.state);
      return { callback, state: begun.state, code: answer.code ?? '', told: page.searchParams };
    };
    const { callback, state, code, told } = await consent();
    const finishing = { platform: 'mastodon', state, ticket: told.get('ticket') };
    const stranger = await newAccount('Mallory');
    const unknown = { status: 422, body: { code: 'connection.state_unknown' } };
    expect(await api.call('POST /connections', { ...stranger, body: finishing })).toMatchObject(unknown);
    expect(await api.call('POST /connections', { ...account, body: finishing })).toMatchObject({
      status: 201,
      body: { accountName: expect.stringMatching(/^@erin@/) },
    });
    expect(await api.call('POST /connections', { ...account, body: finishing })).toMatchObject(unknown);
    const again = await fetch(callback, { redirect: 'manual' });
    expect([again.status, again.headers.get('location')]).toEqual([422, null]);
    expect(await again.json()).toMatchObject({ code: 'connection.state_unknown' });
    const logged = await vi.waitFor(() => {
      const text = readFileSync(addresses.logFile, 'utf8');
      expect(text).toContain('GET /connections/callback');
      return text;
    });
    for (const secret of [code, told.get('ticket') ?? '']) expect(logged).not.toContain(secret);

    const denied = await consent({ error: 'access_denied' });
    expect([denied.told.get('error'), denied.told.get('ticket')]).toEqual(['access_denied', null]);
  });

  test('what is scheduled on a connection waits while it is off, and is given up with it when that is wanted', async () => {
    const account = await newAccount();
    const identifier = `${crypto.randomUUID().slice(0, 12)}.test`;
    const login = { platform: 'bluesky', server: platforms.bluesky, identifier, appPassword: 'app-pass' };
    const { id } = await api.get(Made, 'POST /connections', { ...account, body: login });
    const off = await api.call(`PATCH /connections/${id}`, { ...account, body: { enabled: false } });
    expect(off).toMatchObject({ status: 200, body: { state: 'disabled' } });
    const plan = async (more: object) => {
      const body = { text: 'Later', connectionIds: [id], ...more };
      return (await api.get(Made, 'POST /posts', { ...account, body })).id;
    };
    const posts = [await plan({}), await plan({ publishAt: '2040-01-31T09:30:00Z' })];
    expect(await api.call(`POST /posts/${posts[0]}/publish`, account)).toMatchObject({ status: 202 });
    expect(await api.call(`GET /connections/${id}/health`, account)).toMatchObject({ body: { status: 'ok' } });
    const refused = await api.call(`DELETE /connections/${id}`, account);
    expect(refused).toMatchObject({ status: 409, body: { code: 'connection.has_scheduled' } });
    expect(await api.call(`DELETE /connections/${id}?scheduled=cancel`, account)).toMatchObject({ status: 204 });
    for (const post of posts) await postIn(account, post, 'cancelled');
  });

  /** What the publisher notes when a platform refuses our tokens. */
  const loseAccess = (teamId: string, connectionId: string) =>
    documentsOf(addresses.table).send(
      new UpdateCommand({
        TableName: addresses.table.tableName,
        Key: { pk: `TEAM#${teamId}`, sk: `CONN#${connectionId}` },
        UpdateExpression: 'SET #state = :state',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': 'needs_reconnect' },
      }),
    );
});

/** After the others: the fault would hit whoever comes first. */
describe('a server of its own mind', () => {
  test('a server that has forgotten this application is told of it again', async () => {
    const account = await newAccount();
    const redirectUri = 'http://localhost:3000/forgotten';
    const begun = await begin(account, redirectUri);
    await fault(platforms.mastodon, { kind: 'error', status: 401, operation: 'POST /oauth/token' });
    expect(await finish(account, begun)).toMatchObject({ status: 422, body: { code: 'connection.code_refused' } });
    const anew = await begin(account, redirectUri);
    expect(clientOf(anew)).not.toBe(clientOf(begun));
    expect(await finish(account, anew, 'dave')).toMatchObject({ status: 201 });
  });
});

const clientOf = ({ authorizationUrl }: z.infer<typeof Begun>) =>
  new URL(authorizationUrl).searchParams.get('client_id');

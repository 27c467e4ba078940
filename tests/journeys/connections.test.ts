import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Connection, PendingConnection } from '../../functions/connections/contract.ts';
import { pageOf } from '../../functions/runtime/shapes.ts';
import { type Account, addresses, api, connectByConsent, fault, newAccount, postIn } from '../support/journey.ts';
import { ownPlatforms } from '../support/own-platforms.ts';
import { consentCode } from '../support/sandbox.ts';
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

  const clientOf = ({ authorizationUrl }: z.infer<typeof Begun>) =>
    new URL(authorizationUrl).searchParams.get('client_id');
});

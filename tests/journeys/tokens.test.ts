import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import { connectionKey, tokenKeys } from '../../functions/connections/connection-table.ts';
import type { PlatformId } from '../../functions/platforms/contract.ts';
import { update } from '../../functions/runtime/table-expressions.ts';
import { type Account, addresses, clientOf, connectOn, newAccount, readPost } from '../support/journey.ts';
import { documentsOf } from '../support/stored-rows.ts';

const TableName = addresses.table.tableName;
const documents = documentsOf(addresses.table);
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
/** The timer comes each minute. */
const patience = { timeout: 100_000, interval: 500 };

/** Lets time pass for the tokens of a connection, as far as our table is concerned: they are due now. */
async function letAge({ teamId }: Account, platform: PlatformId, id: string, aged: Record<string, unknown>) {
  const key = connectionKey({ teamId, id });
  const set = { ...tokenKeys({ platform, id }, new Date().toISOString()), ...aged };
  await documents.send(new UpdateCommand({ TableName, Key: key, ...update({ set }, { pk: 'present' }) }));
  return async () => (await documents.send(new GetCommand({ TableName, Key: key }))).Item;
}

async function eventsOf({ teamId }: Account) {
  const values = { ':pk': `TEAM#${teamId}#EVENTS` };
  const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: values };
  return (await documents.send(new QueryCommand(query))).Items ?? [];
}

describe.concurrent('tokens in the running stack', () => {
  test('are renewed when they are due, with the rights that the timer has', async () => {
    const account = await newAccount();
    const { id } = await connectOn(account, 'x', 'tokenx');
    const row = await letAge(account, 'x', id, { tokenExpiresAt: inHours(0.4) });
    await vi.waitFor(async () => expect(await row()).toMatchObject({ secretVersion: 2 }), patience);
    const { data } = await clientOf(account).GET('/connections/{connectionId}', {
      params: { path: { connectionId: id } },
    });
    expect(data).toMatchObject({ state: 'active' });
    expect(Date.parse(data.tokenExpiresAt ?? '')).toBeGreaterThan(Date.parse(inHours(1.9)));
  });

  test('that only the user can renew are told of, and warned of where something is planned', async () => {
    const account = await newAccount();
    const { id } = await connectOn(account, 'linkedin', 'tokenlinkedin');
    const body = { text: 'Too late', connectionIds: [id], publishAt: inHours(48) };
    const { data: post } = await clientOf(account).POST('/posts', { body });
    expect(post.warnings).toEqual([]);
    const row = await letAge(account, 'linkedin', id, { tokenExpiresAt: inHours(24), tokenIsRenewable: false });
    const warning = { code: 'token_expires', connectionId: id, action: 'reconnect' };
    expect((await readPost(account, post.id)).warnings).toMatchObject([warning]);
    const expiring = { type: 'connection.expiring', data: { connectionId: id, scheduled: 1 } };
    await vi.waitFor(async () => expect(await eventsOf(account)).toMatchObject([expiring]), patience);
    expect(await row()).toMatchObject({ state: 'active', endToldOf: 1 });
  });
});

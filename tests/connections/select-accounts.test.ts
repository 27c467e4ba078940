import { describe, expect, test } from 'vitest';
import { PlatformRefused } from '../../functions/platforms/public.ts';
import { admin, otherTeamId } from '../support/request.ts';
import { offeredAccount as account, severalAccounts as setup } from '../support/several-accounts.ts';

const notFound = { status: 404, body: { code: 'connection.pending_not_found' } };

describe('a consent that opens several accounts', () => {
  test('connects those that are chosen, with the consent that was given', async () => {
    const { consent, select, pending, grants, kinds, opener } = await setup([account('1'), account('2'), account('3')]);
    const { pendingId } = (await consent()).body;
    const { status, body } = await select(pendingId, ['1', '3', '1']);
    expect(status).toBe(201);
    expect(body.items).toMatchObject([
      { accountId: '1', state: 'active' },
      { accountId: '3', state: 'active' },
    ]);
    expect(grants).toEqual(['grant for the code', 'grant for the code']);
    expect((await opener.open(admin.teamId, body.items[1].id))?.account.secret).toContain('token of 3');
    expect(await pending(pendingId)).toMatchObject(notFound);
    expect(await kinds()).not.toContain('pending');
  });

  test('answers what is connected already as it is', async () => {
    const { consent, select, tools } = await setup([account('1'), account('2')]);
    const [first] = (await select((await consent()).body.pendingId, ['1'])).body.items;
    const again = await select((await consent()).body.pendingId, ['1', '2']);
    expect(again.body.items).toMatchObject([first, { accountId: '2' }]);
    await tools.connections.needReconnect(admin.teamId, first.id);
    const renewed = await select((await consent()).body.pendingId, ['1']);
    expect(renewed.body.items).toMatchObject([{ id: first.id, state: 'active' }]);
  });

  test('keeps nothing of how the consent came', async () => {
    const all = await setup([account('1'), account('2')]);
    const returnTo = 'https://app.example.com/connected';
    const { body } = await all.authorize({ platform: 'threads', returnTo });
    const { headers } = await all.receive({ state: body.state, code: 'the code' });
    const ticket = new URL(String(headers?.location)).searchParams.get('ticket');
    const offered = await all.create({ platform: 'threads', state: body.state, ticket });
    const rows = await all.table.rows();
    const pending = rows.find(({ entity }) => entity === 'pending') ?? {};
    for (const name of ['state', 'verifier', 'returnTo', 'sealedCode', 'ticketDigest'])
      expect(pending).not.toHaveProperty(name);
    expect(await all.select(offered.body.pendingId, ['2'])).toMatchObject({ body: { items: [{ accountId: '2' }] } });
  });

  test('may be chosen from by the one who consented only, in time', async () => {
    let at = new Date('2030-01-01T12:00:00Z');
    const { consent, select } = await setup([account('1'), account('2')], () => at);
    const { pendingId } = (await consent()).body;
    for (const caller of [
      { ...admin, teamId: otherTeamId },
      { ...admin, userId: 'user_01jdxb8ncye2ha5vvbz9fnzbzv' },
    ]) {
      expect(await select(pendingId, ['1'], caller)).toMatchObject(notFound);
    }
    at = new Date('2030-01-01T12:15:00Z');
    expect(await select(pendingId, ['1'])).toMatchObject(notFound);
  });

  test('refuses what it does not open, or no longer, and connects nothing', async () => {
    const opened = [account('1'), account('2')];
    const { consent, select, kinds } = await setup(opened);
    const { pendingId } = (await consent()).body;
    const refused = { status: 422, body: { code: 'connection.account_not_offered' } };
    expect(await select(pendingId, ['1', '9'])).toMatchObject({
      ...refused,
      body: { errors: [{ path: 'body.accountIds.1' }] },
    });
    opened.pop();
    expect(await select(pendingId, ['2'])).toMatchObject(refused);
    expect(await kinds()).toEqual(['authState', 'pending']);
    expect(await select(pendingId, ['1'])).toMatchObject({ status: 201 });
  });

  test('is over when the platform takes the consent back', async () => {
    const { consent, select, oauth } = await setup([account('1'), account('2')]);
    const { pendingId } = (await consent()).body;
    oauth.listAccounts = async () => {
      throw new PlatformRefused({ kind: 'reconnect', platformCode: '190', message: 'No.' });
    };
    const reply = await select(pendingId, ['1']);
    expect(reply).toMatchObject({ status: 422, body: { code: 'connection.code_refused' } });
  });

  test('connects the one account that there is at once, and none where there is none', async () => {
    const opened = [account('1')];
    const { consent } = await setup(opened);
    expect((await consent()).body).toMatchObject({ accountId: '1', state: 'active' });
    opened.pop();
    expect(await consent()).toMatchObject({ status: 422, body: { code: 'connection.no_accounts' } });
  });
});

describe('a consent that several connections live on', () => {
  test('ends with the last of them', async () => {
    const { consent, select, tools } = await setup([account('1'), account('2')]);
    const [first, second] = (await select((await consent()).body.pendingId, ['1', '2'])).body.items;
    const held = async (id: string) => {
      const stored = await tools.connections.find(admin.teamId, id);
      return stored && { stored, isShared: await tools.connections.hasOtherHolders(stored) };
    };
    const one = await held(first.id);
    expect(one?.isShared).toBe(true);
    if (one) await tools.connections.delete(one.stored);
    expect((await held(second.id))?.isShared).toBe(false);
  });

  test('may change to another user’s', async () => {
    const opened = [account('1'), account('2')];
    const { consent, select, tools } = await setup(opened);
    const [first] = (await select((await consent()).body.pendingId, ['1', '2'])).body.items;
    await tools.connections.needReconnect(admin.teamId, first.id);
    opened[0] = account('1', 'another user');
    await select((await consent()).body.pendingId, ['1']);
    const stored = await tools.connections.find(admin.teamId, first.id);
    expect(stored).toMatchObject({ grantKey: 'another user', state: 'active' });
    expect(stored && (await tools.connections.hasOtherHolders(stored))).toBe(false);
  });
});

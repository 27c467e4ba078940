import { describe, expect, test } from 'vitest';
import { admin, editor, otherTeamId } from '../support/request.ts';
import { offeredAccount as account, severalAccounts as setup } from '../support/several-accounts.ts';

const notFound = { status: 404, body: { code: 'connection.pending_not_found' } };

describe('GET /connections/pending/{pendingId}', () => {
  test('connects none of them and offers all', async () => {
    const { consent, pending, kinds, table } = await setup([account('1'), account('2')]);
    const { status, body } = await consent();
    expect(status).toBe(201);
    expect(body).toEqual({
      pendingId: expect.stringMatching(/^pending_/),
      platform: 'threads',
      accounts: [
        { accountId: '1', accountName: 'Page 1', accountUrl: 'https://social.example/1' },
        { accountId: '2', accountName: 'Page 2', accountUrl: 'https://social.example/2' },
      ],
      expiresAt: expect.any(String),
    });
    expect(await pending(body.pendingId)).toMatchObject({ status: 200, body });
    expect(await kinds()).toEqual(['authState', 'pending']);
    expect(JSON.stringify(await table.rows())).not.toMatch(/grant for|token of/);
  });

  test('is for the one who consented, in time', async () => {
    let at = new Date('2030-01-01T12:00:00Z');
    const { consent, pending } = await setup([account('1'), account('2')], () => at);
    const { pendingId } = (await consent()).body;
    for (const caller of [
      { ...admin, teamId: otherTeamId },
      { ...admin, userId: 'user_01jdxb8ncye2ha5vvbz9fnzbzv' },
    ])
      expect(await pending(pendingId, caller)).toMatchObject(notFound);
    expect(await pending(pendingId, editor)).toMatchObject({ status: 403 });
    at = new Date('2030-01-01T12:15:00Z');
    expect(await pending(pendingId)).toMatchObject(notFound);
  });
});

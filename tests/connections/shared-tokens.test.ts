import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessOver } from '../../functions/platforms/public.ts';
import { startPinterest } from '../../local/platforms/pinterest/start-pinterest.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { freshConnections } from '../support/connections.ts';
import { testTeamId } from '../support/request.ts';
import { appsAt, callsTo, consentCode, redirectUri } from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startPinterest({ boards: { bob: ['Bikes', 'Books', 'Birds'] }, now: () => new Date(at) });
});
afterAll(() => sandbox.stop());

let at = Date.now();
const later = () => {
  at += 24 * 24 * 3600_000;
};
const now = () => new Date(at);

/** Boards of one consent, which have one pair of tokens in common; the refresh token works once. */
async function boardsOfBob() {
  const all = await freshConnections({ apps: appsAt(() => sandbox.url), now });
  const { body } = await all.authorize({ platform: 'pinterest', redirectUri });
  const code = await consentCode(body.authorizationUrl, 'bob');
  const pending = await all.create({ platform: 'pinterest', code, state: body.state });
  const accountIds = pending.body.accounts.map(({ accountId }: { accountId: string }) => accountId);
  const chosen = await all.select(pending.body.pendingId, accountIds);
  const ids: string[] = chosen.body.items.map(({ id }: { id: string }) => id);
  const { refresh, revoke } = await accessOver({ ...callsTo(sandbox.url), now })('pinterest');
  const open = async (id: string) => {
    const opened = await all.opener.open(testTeamId, id);
    if (!opened) throw new Error('not there');
    return opened.account;
  };
  return {
    ids,
    renew: async (id: string) => refresh?.(await open(id)),
    revoke: async (id: string) => revoke?.(await open(id)),
    secrets: () => Promise.all(ids.map(async (id) => (await open(id)).secret)),
  };
}

describe('boards that live on the same tokens', () => {
  test('are all renewed, one after the other', async () => {
    const { ids, renew, secrets } = await boardsOfBob();
    const before = await secrets();
    for (let round = 0; round < 3; round++) {
      later();
      for (const id of ids) await renew(id);
    }
    const after = await secrets();
    expect(new Set(after).size).toBe(1);
    expect(after).not.toContain(before[0]);
  });

  test('are all renewed at once', async () => {
    const { ids, renew, secrets } = await boardsOfBob();
    later();
    await Promise.all(ids.map(renew));
    expect(new Set(await secrets()).size).toBe(1);
  });

  test('are all lost with the consent', async () => {
    const { ids, renew, revoke } = await boardsOfBob();
    const [first = ''] = ids;
    await revoke(first);
    const tried = await Promise.allSettled(ids.map(renew));
    expect(tried.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const one of tried)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ refusal: { kind: 'reconnect' } });
  });
});

import { describe, expect, test } from 'vitest';
import { accountOpener } from '../../functions/connections/account-opener.ts';
import { connectionTable, type StoredConnection } from '../../functions/connections/connection-table.ts';
import { connectionReader } from '../../functions/connections/public.ts';
import { secretContext } from '../../functions/connections/secret-renewal.ts';
import { type Access, accessOver } from '../../functions/platforms/public.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { storedConnection } from '../support/connections.ts';
import { noon } from '../support/posts.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { calls } from '../support/sandbox.ts';
import { fakeSecretBox } from '../support/secret-box.ts';
import { freshTable } from '../support/table.ts';

type Setup = { stored?: Partial<StoredConnection>; refresh?: Access['refresh'] };

async function setup({ stored: overrides, refresh }: Setup = {}) {
  const connections = connectionTable(await freshTable());
  const secrets = fakeSecretBox();
  const plain = storedConnection(overrides);
  const sealedSecret = await secrets.seal('first', secretContext(plain));
  const stored = { ...plain, sealedSecret };
  await connections.insert(stored);
  const opener = accountOpener({
    connections,
    secrets,
    accessFor: refresh ? async () => ({ sharesTokens: false, refresh }) : accessOver(calls),
    now: () => noon,
    wait: async () => undefined,
  });
  const open = async () => {
    const opened = await opener.open(testTeamId, stored.id);
    if (!opened) throw new Error('not there');
    return opened;
  };
  return { connections, secrets, stored, opener, open };
}

describe('opening an account', () => {
  test('gives the connection and, apart from it, the secret', async () => {
    const { open, stored } = await setup();
    const { connection, account } = await open();
    expect(account).toMatchObject({
      server: stored.server,
      accountId: '1',
      accountName: stored.accountName,
      secret: 'first',
    });
    expect(connection).toMatchObject({ id: stored.id, textLimits: { max: 500 } });
    expect(Object.keys(connection)).not.toContain('sealedSecret');
  });

  test('gives nothing of a connection that the team does not have', async () => {
    const { opener, stored } = await setup();
    expect(await opener.open(testTeamId, newId('conn'))).toBeUndefined();
    expect(await opener.open(otherTeamId, stored.id)).toBeUndefined();
  });

  test('opens no secret that was copied from another connection', async () => {
    const { connections, opener, stored } = await setup();
    const copied = storedConnection({ accountId: '2', sealedSecret: stored.sealedSecret });
    await connections.insert(copied);
    await expect(opener.open(testTeamId, copied.id)).rejects.toThrow();
  });
});

describe('tokens that may end during a run', () => {
  const inSeconds = (seconds: number) => addSeconds(noon, seconds).toISOString();
  async function renewals(times: Partial<StoredConnection>) {
    const renewed: string[] = [];
    const { open } = await setup({
      stored: times,
      refresh: async (account) => void renewed.push(await account.renewSecret(async (secret) => `after ${secret}`)),
    });
    const opened = await open();
    await opened.renewEnding();
    return { renewed, version: opened.secretVersion() };
  }

  test.each([
    ['in a minute', { tokenExpiresAt: inSeconds(60), tokenIsRenewable: true }],
    ['a minute ago', { tokenExpiresAt: inSeconds(-60), tokenIsRenewable: true }],
  ])('are renewed when they end %s', async (_, times) => {
    expect(await renewals(times)).toEqual({ renewed: ['after first'], version: 2 });
  });

  test.each([
    ['in an hour', { tokenExpiresAt: inSeconds(3600), tokenIsRenewable: true }],
    ['never', { tokenExpiresAt: null, tokenIsRenewable: false }],
    ['in a minute, but for good', { tokenExpiresAt: inSeconds(60), tokenIsRenewable: false }],
  ])('are left alone when they end %s', async (_, times) => {
    expect(await renewals(times)).toEqual({ renewed: [], version: 1 });
  });
});

describe('marking that a connection needs its user', () => {
  test('is shown until it is connected again', async () => {
    const { open, opener, stored } = await setup();
    await opener.markNeedsReconnect(testTeamId, stored.id);
    expect((await open()).connection.state).toBe('needs_reconnect');
    await opener.markNeedsReconnect(testTeamId, stored.id);
    expect((await open()).connection.state).toBe('needs_reconnect');
  });

  test('is not done for tokens that it has no more', async () => {
    const { open, opener, stored } = await setup();
    const { secretVersion } = await open();
    const other = await open();
    await other.account.renewSecret(async () => 'renewed by another run');
    await opener.markNeedsReconnect(testTeamId, stored.id, secretVersion());
    expect((await open()).connection.state).toBe('active');
    await opener.markNeedsReconnect(testTeamId, stored.id, other.secretVersion());
    expect((await open()).connection.state).toBe('needs_reconnect');
  });

  test('does nothing to a connection that is gone', async () => {
    const { connections, opener, stored } = await setup();
    await connections.delete(stored);
    await opener.markNeedsReconnect(testTeamId, stored.id);
    expect(await connections.find(testTeamId, stored.id)).toBeUndefined();
  });
});

describe('reading many connections', () => {
  test('gives those of the team, without secrets', async () => {
    const { connections, stored } = await setup();
    const theirs = storedConnection({ teamId: otherTeamId, accountId: '9' });
    await connections.insert(theirs);
    const found = await connectionReader(connections).findMany(testTeamId, [
      stored.id,
      stored.id,
      theirs.id,
      newId('conn'),
    ]);
    expect(found).toMatchObject([{ id: stored.id, textLimits: { max: 500 } }]);
    expect(JSON.stringify(found)).not.toContain(stored.sealedSecret);
    expect(await connectionReader(connections).findMany(testTeamId, [])).toEqual([]);
  });
});

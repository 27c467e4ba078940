import { describe, expect, test } from 'vitest';
import { connectionTable } from '../../functions/connections/connection-table.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { storedConnection } from '../support/connections.ts';
import { freshTable } from '../support/table.ts';

/** A page, and an Instagram account that came by the consent of the same user at Facebook. */
async function pageAndAccount() {
  const connections = connectionTable(await freshTable());
  const page = storedConnection({ platform: 'facebook', accountKey: '1', grantKey: 'ada' });
  const account = storedConnection({
    platform: 'instagram',
    accountKey: '2',
    grantKey: 'ada',
    grantPlatform: 'facebook',
    teamId: newId('team'),
  });
  for (const one of [page, account]) await connections.insert(one, { put: { pk: `PLACE#${one.id}`, sk: 'X' } });
  return { connections, page, account };
}

describe('a consent that opens accounts of two platforms', () => {
  test('is needed while there is one of either', async () => {
    const { connections, page, account } = await pageAndAccount();
    expect(await connections.hasOtherHolders(page)).toBe(true);
    expect(await connections.hasOtherHolders(account)).toBe(true);
    await connections.delete(page);
    expect(await connections.hasOtherHolders(account)).toBe(false);
  });

  test('is not that of another user', async () => {
    const { connections } = await pageAndAccount();
    const other = storedConnection({ platform: 'facebook', accountKey: '3', grantKey: 'bob' });
    expect(await connections.hasOtherHolders(other)).toBe(false);
    const namesake = storedConnection({ platform: 'linkedin', accountKey: '4', grantKey: 'ada' });
    expect(await connections.hasOtherHolders(namesake)).toBe(false);
  });
});

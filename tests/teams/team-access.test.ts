import { describe, expect, test } from 'vitest';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { newApiKeySecret } from '../../functions/teams/api-key-secret.ts';
import type { StoredApiKey } from '../../functions/teams/api-key-table.ts';
import { digestOf } from '../../functions/teams/digest.ts';
import { teamAccess } from '../../functions/teams/team-access.ts';
import { noon } from '../support/accounts.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { freshTeam, storedApiKey } from '../support/teams.ts';

async function setup(overrides: Partial<StoredApiKey> = {}) {
  const all = await freshTeam();
  const id = newId('key');
  const secret = newApiKeySecret(id);
  await all.tools.apiKeys.insert(storedApiKey(all.owner.userId, { id, secretDigest: digestOf(secret), ...overrides }));
  const { access, apiKeys } = all.tools;
  const open = (at = noon, { given = secret, teamId = testTeamId } = {}) => access.ofKey(teamId, given, at);
  const lastUsedAt = async () => (await apiKeys.list(testTeamId, { limit: 1 })).apiKeys[0]?.lastUsedAt;
  return { ...all, id, secret, open, lastUsedAt };
}

const secondsAfter = (seconds: number) => addSeconds(noon, seconds);

describe('access by membership', () => {
  test('is read in one round trip, with the limits of the plan', async () => {
    const { table, owner } = await setup();
    let trips = 0;
    const counting = {
      ...table,
      getMany: (keys: Parameters<typeof table.getMany>[0]) => {
        trips += 1;
        return table.getMany(keys);
      },
    };
    expect(await teamAccess(counting).ofMember(testTeamId, owner.userId)).toEqual({
      role: 'owner',
      hourLimit: 100,
      dayLimit: 1_000,
    });
    expect(trips).toBe(1);
  });

  test('has the numbers of a team that has its own', async () => {
    const { table, tools, owner } = await setup();
    const own = { plan: 'enterprise', hourLimit: 70_000, dayLimit: 900_000 };
    await table.update({ pk: `TEAM#${testTeamId}`, sk: 'TEAM' }, { set: own });
    expect(await tools.access.ofMember(testTeamId, owner.userId)).toMatchObject({
      hourLimit: 70_000,
      dayLimit: 900_000,
    });
  });

  test('is nothing for strangers', async () => {
    const { tools, owner } = await setup();
    expect(await tools.access.ofMember(testTeamId, newId('user'))).toBeUndefined();
    expect(await tools.access.ofMember(otherTeamId, owner.userId)).toBeUndefined();
  });
});

describe('access by key', () => {
  test('has what the key may do and for whom', async () => {
    const { open, id, owner } = await setup({ scopes: ['posts:read', 'audit:read'], requestsPerHour: 7 });
    expect(await open()).toMatchObject({
      id,
      createdBy: owner.userId,
      scopes: ['posts:read', 'audit:read'],
      requestsPerHour: 7,
      hourLimit: 100,
      dayLimit: 1_000,
    });
  });

  test.each([
    ['a wrong secret', (secret: string) => `${secret.slice(0, -4)}AAAA`],
    ['a longer secret', (secret: string) => `${secret}A`],
    ['another key', () => newApiKeySecret(newId('key'))],
    ['nonsense', () => 'cn_nonsense'],
  ])('is nothing for %s', async (_, change) => {
    const { open, secret, lastUsedAt } = await setup();
    expect(await open(noon, { given: change(secret) })).toBeUndefined();
    expect(await lastUsedAt()).toBeNull();
  });

  test('is nothing in another team, or in one that was deleted', async () => {
    const { open, tools, owner } = await setup();
    expect(await open(noon, { teamId: otherTeamId })).toBeUndefined();
    await tools.teams.markDeleted({ teamId: testTeamId, name: 'Ours', userId: owner.userId, at: noon });
    expect(await open()).toBeUndefined();
  });

  test('ends at its time', async () => {
    const { open } = await setup({ validUntil: secondsAfter(60).toISOString() });
    expect(await open(secondsAfter(59))).toBeDefined();
    expect(await open(secondsAfter(60))).toBeUndefined();
  });

  test('writes down its use once an hour', async () => {
    const { open, lastUsedAt } = await setup();
    await open();
    expect(await lastUsedAt()).toBe(noon.toISOString());
    await open(secondsAfter(3599));
    expect(await lastUsedAt()).toBe(noon.toISOString());
    await open(secondsAfter(3600));
    expect(await lastUsedAt()).toBe(secondsAfter(3600).toISOString());
  });

  test('is not refused because its use cannot be written down, unless it was revoked meanwhile', async () => {
    const { table, secret, id, tools } = await setup();
    const failing = { ...table, update: () => Promise.reject(new Error('throttled')) };
    expect(await teamAccess(failing).ofKey(testTeamId, secret, noon)).toBeDefined();
    const slow = {
      ...table,
      update: async (...write: Parameters<typeof table.update>) => {
        await tools.apiKeys.delete(testTeamId, id);
        return table.update(...write);
      },
    };
    expect(await teamAccess(slow).ofKey(testTeamId, secret, noon)).toBeUndefined();
    expect((await tools.apiKeys.list(testTeamId, { limit: 1 })).apiKeys).toEqual([]);
  });
});

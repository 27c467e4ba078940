import { describe, expect, test } from 'vitest';
import { connectionTable } from '../../functions/connections/connection-table.ts';
import type { Plan } from '../../functions/teams/contract.ts';
import { connectionPlaces } from '../../functions/teams/public.ts';
import { teamKey } from '../../functions/teams/team-rows.ts';
import { newTeamWrites } from '../../functions/teams/team-table.ts';
import { storedConnection } from '../support/connections.ts';
import { testTeamId, testUserId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup(plan: Plan = 'free') {
  const table = await freshTable();
  const team = { id: testTeamId, name: 'Team', createdAt: '2030-01-01T12:00:00.000Z' };
  await table.transact(newTeamWrites(team, testUserId, plan));
  const [places, connections] = [connectionPlaces(table), connectionTable(table)];
  const count = () => connections.count(testTeamId);
  let made = 0;
  const connect = async () => {
    const connection = storedConnection({ accountId: String(made++) });
    const place = await places.take(testTeamId, count);
    await connections.insert(connection, place.write);
    return connection;
  };
  const disconnect = async (connection: Awaited<ReturnType<typeof connect>>) =>
    connections.delete(connection, await places.giveBack(testTeamId, count));
  const counted = async () => (await table.get(teamKey(testTeamId)))?.connections;
  const setTeam = (set: Record<string, unknown>) => table.update(teamKey(testTeamId), { set });
  return { table, connections, places, connect, disconnect, counted, setTeam };
}

const succeeded = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

describe('the places that a plan has for connections', () => {
  test.each([
    ['free', 3],
    ['starter', 10],
  ] as const)('of plan %s are %d, and a deletion gives one back', async (plan, limit) => {
    const { connect, disconnect, counted } = await setup(plan);
    const first = await connect();
    for (let made = 1; made < limit; made++) await connect();
    await expect(connect()).rejects.toThrow('no place is left');
    await disconnect(first);
    await disconnect(first);
    expect(await counted()).toBe(limit - 1);
    await connect();
    await expect(connect()).rejects.toThrow('no place is left');
  });

  test.each([
    ['professional', 30],
    ['business', 100],
    ['enterprise', 100],
  ] as const)('of plan %s are %d', async (plan, limit) => {
    const { places } = await setup(plan);
    expect(await places.take(testTeamId, async () => 0)).toMatchObject({ limit });
  });

  test('of a team that has a number of its own are as many', async () => {
    const { setTeam, connect } = await setup('enterprise');
    await setTeam({ connectionLimit: 1 });
    await connect();
    await expect(connect()).rejects.toThrow('no place is left');
  });

  test('are not exceeded by many who connect at once', async () => {
    const { connect, counted, connections } = await setup('free');
    const results = await Promise.allSettled(Array.from({ length: 8 }, connect));
    expect(succeeded(results)).toBe(3);
    expect([await counted(), await connections.count(testTeamId)]).toEqual([3, 3]);
  });

  test('are counted once in a team from before, whoever comes first', async () => {
    const { connect, disconnect, setTeam, counted, connections } = await setup('starter');
    const old = [await connect(), await connect(), await connect()] as const;
    await setTeam({ connections: undefined });
    await Promise.all([connect(), disconnect(old[0]), connect(), disconnect(old[1])]);
    expect([await counted(), await connections.count(testTeamId)]).toEqual([3, 3]);
  });

  test('are none in a team that is deleted; what is left there is still let go', async () => {
    const { connect, disconnect, setTeam } = await setup('free');
    const connection = await connect();
    await setTeam({ deletedAt: '2030-01-02T12:00:00.000Z' });
    await expect(connect()).rejects.toMatchObject({ entry: { code: 'auth.not_a_member' } });
    expect(await disconnect(connection)).toBe(true);
  });
});

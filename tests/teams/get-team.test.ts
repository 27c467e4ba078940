import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { getTeam } from '../../functions/teams/get-team.ts';
import { noon } from '../support/accounts.ts';
import { otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshTeam, type Person } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.getTeam, getTeam, () => all.tools);
  const get = (caller: Person, teamId = testTeamId, headers = {}) =>
    send(handler, { method: 'GET', path: { teamId }, caller, headers });
  return { ...all, get };
}

const notFound = { status: 404, body: { code: 'team.not_found' } };

describe('GET /teams/{teamId}', () => {
  test('shows the team to all of its members', async () => {
    const { get, join } = await setup();
    const viewer = await join('viewer');
    expect(await get(viewer)).toMatchObject({
      status: 200,
      body: { id: testTeamId, name: 'Ours', plan: 'free', role: 'viewer', createdAt: noon.toISOString() },
    });
  });

  test('says when the caller has the current copy', async () => {
    const { get, owner, tools } = await setup();
    const { headers } = await get(owner);
    const current = { 'if-none-match': String(headers?.etag) };
    expect(await get(owner, testTeamId, current)).toMatchObject({ status: 304 });
    await tools.teams.rename(testTeamId, 'Renamed');
    expect(await get(owner, testTeamId, current)).toMatchObject({ status: 200, body: { name: 'Renamed' } });
  });

  test('finds no team but the one whose rights the caller has', async () => {
    const { get, owner } = await setup();
    expect(await get(owner, otherTeamId)).toMatchObject(notFound);
    expect(await get({ ...owner, teamId: otherTeamId })).toMatchObject(notFound);
  });

  test('finds no team that was deleted', async () => {
    const { get, owner, tools } = await setup();
    await tools.teams.markDeleted({ teamId: testTeamId, name: 'Ours', userId: owner.userId, at: noon });
    expect(await get(owner)).toMatchObject(notFound);
  });
});

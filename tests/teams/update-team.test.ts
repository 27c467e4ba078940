import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { updateTeam } from '../../functions/teams/update-team.ts';
import { noon } from '../support/accounts.ts';
import { otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshTeam, type Person } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.updateTeam, updateTeam, () => all.tools);
  const rename = (caller: Person, name: string, { teamId = testTeamId, headers = {} } = {}) =>
    send(handler, { path: { teamId }, body: { name }, caller, headers });
  return { ...all, rename };
}

describe('PATCH /teams/{teamId}', () => {
  test('renames the team', async () => {
    const { rename, join, tools } = await setup();
    const reply = await rename(await join('admin'), 'Renamed');
    expect(reply).toMatchObject({ status: 200, body: { id: testTeamId, name: 'Renamed', role: 'admin' } });
    expect(await tools.teams.find(testTeamId)).toMatchObject({ name: 'Renamed', revision: 2 });
  });

  test('does so only while it is as the caller saw it, if asked', async () => {
    const { rename, owner, tools } = await setup();
    const { headers } = await rename(owner, 'First');
    const seen = { headers: { 'if-match': String(headers?.etag) } };
    expect(await rename(owner, 'Second', seen)).toMatchObject({ status: 200 });
    expect(await rename(owner, 'Third', seen)).toMatchObject({ status: 412, body: { code: 'version.changed' } });
    expect(await tools.teams.find(testTeamId)).toMatchObject({ name: 'Second' });
  });

  test('finds no team but that of the caller, nor one that was deleted', async () => {
    const { rename, owner, tools } = await setup();
    const notFound = { status: 404, body: { code: 'team.not_found' } };
    expect(await rename(owner, 'Theirs', { teamId: otherTeamId })).toMatchObject(notFound);
    expect(await rename({ ...owner, teamId: otherTeamId }, 'Theirs', { teamId: otherTeamId })).toMatchObject(notFound);
    await tools.teams.markDeleted({ teamId: testTeamId, name: 'Ours', userId: owner.userId, at: noon });
    expect(await rename(owner, 'Late')).toMatchObject(notFound);
  });

  test('is for admins', async () => {
    const { rename, join } = await setup();
    const refused = { status: 403, body: { code: 'auth.role_too_low' } };
    expect(await rename(await join('editor'), 'Mine')).toMatchObject(refused);
  });
});

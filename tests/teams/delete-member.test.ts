import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { deleteMember } from '../../functions/teams/delete-member.ts';
import { otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshTeam, type Person, storedApiKey } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.deleteMember, deleteMember, () => all.tools);
  const remove = (caller: Person, { userId }: { userId: string } = caller) =>
    send(handler, { path: { userId }, caller });
  return { ...all, remove };
}

const tooLow = { status: 403, body: { code: 'auth.role_too_low' } };
const lastOwner = { status: 409, body: { code: 'member.last_owner' } };
const notFound = { status: 404, body: { code: 'member.not_found' } };

describe('DELETE /members/{userId}', () => {
  test('ends a membership, on both sides', async () => {
    const { remove, join, tools } = await setup();
    const [admin, editor] = [await join('admin'), await join('editor')];
    expect(await remove(admin, editor)).toMatchObject({ status: 204 });
    expect(await tools.access.ofMember(testTeamId, editor.userId)).toBeUndefined();
    expect((await tools.members.listOf(editor.userId, { limit: 1 })).memberships).toEqual([]);
    expect(await remove(admin, editor)).toMatchObject(notFound);
  });

  test.each(['viewer', 'editor', 'admin'] as const)('lets a %s leave', async (role) => {
    const { remove, join } = await setup();
    expect(await remove(await join(role))).toMatchObject({ status: 204 });
  });

  test('the last owner cannot leave or be removed; of two who leave at once, one stays', async () => {
    const { remove, join, owner } = await setup();
    expect(await remove(owner)).toMatchObject(lastOwner);
    const second = await join('owner', 'Olga');
    const replies = await Promise.all([remove(owner), remove(second)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  });

  test('of two owners who remove each other at once, one stays', async () => {
    const { remove, join, owner, tools } = await setup();
    const second = await join('owner', 'Olga');
    const replies = await Promise.all([remove(owner, second), remove(second, owner)]);
    expect(replies.map(({ status }) => status)).toContain(204);
    const { members } = await tools.members.list(testTeamId, { limit: 9 });
    expect(members).toMatchObject([{ role: 'owner' }]);
  });

  test.each([
    ['a viewer removes a viewer', 'viewer', 'viewer'],
    ['an editor removes a viewer', 'editor', 'viewer'],
    ['an admin removes an owner', 'admin', 'owner'],
  ] as const)('refuses that %s', async (_, callerRole, role) => {
    const { remove, join, tools } = await setup();
    const [caller, member] = [await join(callerRole, 'Cleo'), await join(role, 'Mona')];
    expect(await remove(caller, member)).toMatchObject(tooLow);
    expect(await tools.members.find(testTeamId, member.userId)).toBeDefined();
  });

  test('whoever was removed removes nobody, though the gateway remembers them', async () => {
    const { remove, join, owner } = await setup();
    const [admin, viewer] = [await join('admin'), await join('viewer')];
    await remove(owner, admin);
    expect(await remove(admin, viewer)).toMatchObject({ status: 403, body: { code: 'auth.not_a_member' } });
  });

  test('ends the API keys that the member made', async () => {
    const { remove, join, owner, tools, table } = await setup();
    const admin = await join('admin');
    const kept = storedApiKey(owner.userId);
    for (const key of [storedApiKey(admin.userId), kept, storedApiKey(admin.userId)]) await tools.apiKeys.insert(key);
    await remove(admin);
    expect((await tools.apiKeys.list(testTeamId, { limit: 9 })).apiKeys).toEqual([kept]);
    expect(await table.get({ pk: `TEAM#${testTeamId}`, sk: 'TEAM' })).toMatchObject({ apiKeys: 1, owners: 1 });
  });

  test('lets no key slip through that is made meanwhile', async () => {
    const { join, owner, tools } = await setup();
    const admin = await join('admin');
    const seen = await tools.members.find(testTeamId, admin.userId);
    await tools.apiKeys.insert(storedApiKey(admin.userId));
    const removing = seen && tools.members.remove(seen, { by: owner.userId, endedKeys: [] });
    await expect(removing).rejects.toMatchObject({ entry: { code: 'version.changed' } });
  });

  test('does not find who is not there, or is of another team', async () => {
    const { remove, join, owner } = await setup();
    const member = await join('viewer');
    expect(await remove(owner, { userId: newId('user') })).toMatchObject(notFound);
    expect(await remove({ ...owner, teamId: otherTeamId }, member)).toMatchObject(notFound);
  });
});

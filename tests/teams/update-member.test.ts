import { describe, expect, test } from 'vitest';
import { roles } from '../../functions/runtime/contract.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { updateMember } from '../../functions/teams/update-member.ts';
import { otherTeamId, send, testTeamId } from '../support/request.ts';
import { freshTeam, type Person, storedApiKey } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const handler = endpoint(teamsContract.updateMember, updateMember, () => all.tools);
  const change = (caller: Person, userId: string, role: string, headers = {}) =>
    send(handler, { method: 'PATCH', path: { userId }, body: { role }, caller, headers });
  const roleOf = async ({ userId }: Person) => (await all.tools.members.find(testTeamId, userId))?.role;
  return { ...all, change, roleOf };
}

const tooLow = { status: 403, body: { code: 'auth.role_too_low' } };
const lastOwner = { status: 409, body: { code: 'member.last_owner' } };
const notFound = { status: 404, body: { code: 'member.not_found' } };

describe('PATCH /members/{userId}', () => {
  test('gives a member another role, which the user sees too', async () => {
    const { change, join, owner, tools } = await setup();
    const vera = await join('viewer', 'Vera');
    const reply = await change(owner, vera.userId, 'editor');
    expect(reply).toMatchObject({ status: 200, body: { userId: vera.userId, name: 'Vera', role: 'editor' } });
    expect(await tools.access.ofMember(testTeamId, vera.userId)).toMatchObject({ role: 'editor' });
    expect((await tools.members.listOf(vera.userId, { limit: 1 })).memberships).toMatchObject([{ role: 'editor' }]);
  });

  test.each(roles.flatMap((from) => roles.map((to) => ({ from, to }))))(
    'an admin who makes of $from $to needs no owner unless one is concerned',
    async ({ from, to }) => {
      const { change, join, roleOf } = await setup();
      const [admin, member] = [await join('admin', 'Alan'), await join(from, 'Mona')];
      const mayDo = from !== 'owner' && to !== 'owner';
      expect(await change(admin, member.userId, to)).toMatchObject(mayDo ? { status: 200 } : tooLow);
      expect(await roleOf(member)).toBe(mayDo ? to : from);
    },
  );

  test.each(['viewer', 'editor'] as const)('is nothing for a %s, not even for their own role', async (role) => {
    const { change, join } = await setup();
    const member = await join(role);
    expect(await change(member, member.userId, 'admin')).toMatchObject(tooLow);
  });

  test('the last owner cannot step down; of two, one can', async () => {
    const { change, join, owner, roleOf } = await setup();
    expect(await change(owner, owner.userId, 'admin')).toMatchObject(lastOwner);
    const second = await join('owner', 'Olga');
    expect(await change(owner, owner.userId, 'admin')).toMatchObject({ status: 200 });
    expect(await change(second, second.userId, 'viewer')).toMatchObject(lastOwner);
    expect([await roleOf(owner), await roleOf(second)]).toEqual(['admin', 'owner']);
  });

  test('of two owners who step down at once, one stays', async () => {
    const { change, join, owner } = await setup();
    const second = await join('owner', 'Olga');
    const replies = await Promise.all([change(owner, owner.userId, 'viewer'), change(second, second.userId, 'viewer')]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  test('a role that was taken does not help to get it back, though the gateway remembers it', async () => {
    const { change, join, owner, roleOf } = await setup();
    const second = await join('owner', 'Olga');
    await change(owner, second.userId, 'viewer');
    expect(await change(second, owner.userId, 'viewer')).toMatchObject(tooLow);
    const third = await join('viewer', 'Theo');
    expect(await change(second, third.userId, 'admin')).toMatchObject(tooLow);
    expect(await change(second, second.userId, 'owner')).toMatchObject(tooLow);
    expect([await roleOf(owner), await roleOf(second), await roleOf(third)]).toEqual(['owner', 'viewer', 'viewer']);
  });

  test('ends the API keys of a member who may make none any more', async () => {
    const { change, join, owner, tools } = await setup();
    const admin = await join('admin');
    const [theirs, other] = [storedApiKey(admin.userId), storedApiKey(owner.userId)];
    await tools.apiKeys.insert(theirs);
    await tools.apiKeys.insert(other);
    await change(owner, admin.userId, 'owner');
    expect((await tools.apiKeys.list(testTeamId, { limit: 9 })).apiKeys).toHaveLength(2);
    await change(owner, admin.userId, 'editor');
    expect((await tools.apiKeys.list(testTeamId, { limit: 9 })).apiKeys).toEqual([other]);
  });

  test('happens only while the member is as the caller saw them, if asked', async () => {
    const { change, join, owner, roleOf } = await setup();
    const member = await join('viewer');
    const { headers } = await change(owner, member.userId, 'editor');
    const seen = { 'if-match': String(headers?.etag) };
    expect(await change(owner, member.userId, 'admin', seen)).toMatchObject({ status: 200 });
    expect(await change(owner, member.userId, 'viewer', seen)).toMatchObject({
      status: 412,
      body: { code: 'version.changed' },
    });
    expect(await roleOf(member)).toBe('admin');
  });

  test('the same role again changes nothing', async () => {
    const { change, owner, table } = await setup();
    const rows = await table.rows();
    expect(await change(owner, owner.userId, 'owner')).toMatchObject({ status: 200, body: { role: 'owner' } });
    expect(await table.rows()).toEqual(rows);
  });

  test('does not find who is not there, or is of another team', async () => {
    const { change, join, owner } = await setup();
    const member = await join('viewer');
    expect(await change(owner, newId('user'), 'editor')).toMatchObject(notFound);
    expect(await change({ ...owner, teamId: otherTeamId }, member.userId, 'editor')).toMatchObject(notFound);
  });

  test('knows no other roles', async () => {
    const { change, owner } = await setup();
    expect(await change(owner, owner.userId, 'king')).toMatchObject({
      status: 422,
      body: { code: 'input.invalid' },
    });
  });
});

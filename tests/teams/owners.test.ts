import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Role, roles } from '../../functions/runtime/contract.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { acceptInvitation } from '../../functions/teams/accept-invitation.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { createApiKey } from '../../functions/teams/create-api-key.ts';
import { deleteApiKey } from '../../functions/teams/delete-api-key.ts';
import { deleteMember } from '../../functions/teams/delete-member.ts';
import { updateMember } from '../../functions/teams/update-member.ts';
import { send, testTeamId } from '../support/request.ts';
import { freshTeam, invitedBy, type Person } from '../support/teams.ts';

type Team = Awaited<ReturnType<typeof setup>>;

/** Three people; the operations are run through their real handlers, over the real engine. */
async function setup(startRoles: readonly Role[]) {
  const all = await freshTeam();
  const people: Person[] = [all.owner];
  for (const [place, role] of startRoles.entries()) people.push(await all.join(role, `p${place}`));
  const tools = { ...all.tools, newId: () => newId('key') };
  return {
    ...all,
    people,
    change: endpoint(teamsContract.updateMember, updateMember, () => tools),
    remove: endpoint(teamsContract.deleteMember, deleteMember, () => tools),
    accept: endpoint(teamsContract.acceptInvitation, acceptInvitation, () => tools),
    makeKey: endpoint(teamsContract.createApiKey, createApiKey, () => tools),
    dropKey: endpoint(teamsContract.deleteApiKey, deleteApiKey, () => tools),
  };
}

type Operation = { kind: 'change' | 'remove' | 'return' | 'makeKey' | 'dropKey'; by: number; on: number; role: Role };

const operation = fc.record<Operation>({
  kind: fc.constantFrom('change', 'change', 'remove', 'return', 'makeKey', 'dropKey'),
  by: fc.nat(2),
  on: fc.nat(2),
  role: fc.constantFrom(...roles),
});

/** Everybody calls as an owner, as the gateway would remember of somebody who was one a minute ago. */
async function run(team: Team, { kind, by, on, role }: Operation): Promise<number | undefined> {
  const [caller, target] = [team.people[by], team.people[on]];
  if (!caller || !target) throw new Error('nobody');
  const asOwner = { ...caller, role: 'owner' } as const;
  const { userId } = target;
  if (kind === 'change') return (await send(team.change, { path: { userId }, body: { role }, caller: asOwner })).status;
  if (kind === 'remove') return (await send(team.remove, { path: { userId }, caller: asOwner })).status;
  if (kind === 'makeKey') {
    const body = { name: 'Key', scopes: ['posts:read'] };
    return (await send(team.makeKey, { body, caller: asOwner })).status;
  }
  if (kind === 'dropKey') {
    const [key] = (await team.tools.apiKeys.list(testTeamId, { limit: 1 })).apiKeys;
    return key && (await send(team.dropKey, { path: { apiKeyId: key.id }, caller: asOwner })).status;
  }
  const user = await team.tools.users.find(userId);
  const { invitation, token } = invitedBy(caller, { role, email: user?.email ?? '' });
  await team.table.transact([
    { insert: { pk: `TEAM#${testTeamId}`, sk: `INVITE#${invitation.id}`, entity: 'invitation', v: 1, ...invitation } },
  ]);
  return (await send(team.accept, { body: { token }, caller: { userId } })).status;
}

async function checkWhole({ table }: Team) {
  const rows = await table.rows();
  const of = (entity: string) => rows.filter((row) => row.entity === entity);
  const members = of('member');
  const sides = (list: typeof rows) => list.map(({ userId, role }) => `${userId} ${role}`).toSorted();
  const owners = members.filter(({ role }) => role === 'owner');
  expect(owners.length).toBeGreaterThan(0);
  expect(of('team')).toMatchObject([{ owners: owners.length, apiKeys: of('apiKey').length }]);
  expect(sides(of('membership'))).toEqual(sides(members));
  const mayMakeKeys = new Set(members.filter(({ role }) => role === 'owner' || role === 'admin').map((m) => m.userId));
  expect(of('apiKey').filter(({ createdBy }) => !mayMakeKeys.has(createdBy))).toEqual([]);
}

describe('a team, whatever its members do at the same time', () => {
  test('has an owner, both sides of each membership, and keys of those only who may make some', async () => {
    const rounds = fc.array(fc.array(operation, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 4 });
    const starts = fc.tuple(fc.constantFrom(...roles), fc.constantFrom(...roles));
    const outcomes: (number | undefined)[] = [];
    await fc.assert(
      fc.asyncProperty(starts, rounds, async (startRoles, batches) => {
        const team = await setup(startRoles);
        for (const batch of batches) {
          outcomes.push(...(await Promise.all(batch.map((one) => run(team, one)))));
          await checkWhole(team);
        }
      }),
      { numRuns: 60 },
    );
    expect(outcomes.filter((status) => status !== undefined && status >= 500)).toEqual([]);
    expect(new Set(outcomes)).toEqual(new Set([...outcomes, 200, 201, 204, 403, 409]));
  }, 60_000);

  test('keeps its last owner in any order of two who leave, step down or are removed', async () => {
    const ways = ['leave', 'step down', 'remove the other', 'take it from the other'] as const;
    for (const one of ways)
      for (const other of ways) {
        const team = await setup(['owner']);
        await Promise.all([act(team, 0, one), act(team, 1, other)]);
        await checkWhole(team);
      }
  });
});

type Way = 'leave' | 'step down' | 'remove the other' | 'take it from the other';

function act(team: Team, by: number, way: Way) {
  const on = way === 'leave' || way === 'step down' ? by : 1 - by;
  const kind = way === 'leave' || way === 'remove the other' ? 'remove' : 'change';
  return run(team, { kind, by, on, role: 'viewer' });
}

import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { createTeam } from '../../functions/teams/create-team.ts';
import { noon } from '../support/accounts.ts';
import { send } from '../support/request.ts';
import { freshTeam } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const tools = { ...all.tools, plan: 'business', newId: () => newId('team') } as const;
  const handler = endpoint(teamsContract.createTeam, createTeam, () => tools);
  const create = (userId: string, body: object = { name: ' Marketing ' }) =>
    send(handler, { body, caller: { userId } });
  return { ...all, create };
}

describe('POST /teams', () => {
  test('makes a team with its maker as the owner, on the plan of new teams', async () => {
    const { create, signUp, tools } = await setup();
    const userId = await signUp('Bob');
    const { status, body } = await create(userId);
    expect([status, body]).toEqual([
      201,
      { id: body.id, name: 'Marketing', plan: 'business', role: 'owner', createdAt: noon.toISOString() },
    ]);
    expect(await tools.members.find(body.id, userId)).toMatchObject({ role: 'owner' });
    expect(await tools.access.ofMember(body.id, userId)).toEqual({
      role: 'owner',
      hourLimit: 5_000,
      dayLimit: 100_000,
    });
  });

  test.each([
    ['no name', {}, 'input.missing_field'],
    ['an empty name', { name: '  ' }, 'input.invalid'],
    ['a plan', { name: 'Marketing', plan: 'enterprise' }, 'input.unknown_field'],
  ])('refuses %s', async (_, body, code) => {
    const { create, signUp, table } = await setup();
    const userId = await signUp('Bob');
    const rows = await table.rows();
    expect(await create(userId, body)).toMatchObject({ status: 422, body: { code } });
    expect(await table.rows()).toEqual(rows);
  });

  test('refuses more teams than anyone is in', async () => {
    const { create, signUp } = await setup();
    const userId = await signUp('Bob');
    const made = await Promise.all(Array.from({ length: 100 }, () => create(userId)));
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await create(userId)).toMatchObject({ status: 409, body: { code: 'team.too_many' } });
  });
});

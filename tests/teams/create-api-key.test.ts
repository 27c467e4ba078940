import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { createApiKey } from '../../functions/teams/create-api-key.ts';
import { noon } from '../support/accounts.ts';
import { send, testTeamId } from '../support/request.ts';
import { freshTeam, type Person } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const tools = { ...all.tools, newId: () => newId('key') };
  const handler = endpoint(teamsContract.createApiKey, createApiKey, () => tools);
  const create = (caller: Person, body: object = { name: 'Website', scopes: ['posts:read'] }) =>
    send(handler, { body, caller });
  const keys = async () => (await all.table.rows()).filter(({ entity }) => entity === 'apiKey');
  return { ...all, create, keys };
}

const tooLow = { status: 403, body: { code: 'auth.role_too_low' } };

describe('POST /api-keys', () => {
  test('gives the secret once, and the secret opens the team', async () => {
    const { create, join, tools } = await setup();
    const admin = await join('admin');
    const body = {
      name: 'Website',
      scopes: ['posts:read', 'posts:write'],
      expiresAt: '2031-01-01T00:00:00+01:00',
      requestsPerHour: 60,
    };
    const reply = await create(admin, body);
    expect([reply.status, reply.body]).toEqual([
      201,
      {
        id: reply.body.id,
        name: 'Website',
        prefix: reply.body.id.replace('key_', 'cn_'),
        scopes: body.scopes,
        requestsPerHour: 60,
        expiresAt: '2030-12-31T23:00:00.000Z',
        createdBy: admin.userId,
        createdAt: noon.toISOString(),
        lastUsedAt: null,
        secret: expect.stringMatching(new RegExp(`^${reply.body.prefix}_[\\w-]{43}$`)),
      },
    ]);
    expect(await tools.access.ofKey(testTeamId, reply.body.secret, noon)).toMatchObject({ scopes: body.scopes });
  });

  test('keeps no secret', async () => {
    const { create, owner, table } = await setup();
    const { body } = await create(owner);
    expect(JSON.stringify(await table.rows())).not.toContain(body.secret.slice(-43));
  });

  test('refuses more keys than a team may have, also when they come at once', async () => {
    const { create, owner, keys } = await setup();
    const replies = [];
    for (let round = 0; round < 13; round++)
      replies.push(...(await Promise.all([1, 2, 3, 4].map(() => create(owner)))));
    const refused = replies.filter(({ status }) => status !== 201);
    expect(refused.map(({ body }) => body.code)).toEqual(['api_key.too_many', 'api_key.too_many']);
    expect(await keys()).toHaveLength(50);
  });

  test.each([
    ['an end in the past', { expiresAt: '2030-01-01T12:00:00Z' }, 'api_key.expiry_in_past'],
    ['a naive end', { expiresAt: '2031-01-01T12:00:00' }, 'input.naive_time'],
    ['no scope', { scopes: [] }, 'input.invalid'],
    ['an unknown scope', { scopes: ['everything'] }, 'input.invalid'],
    ['a scope twice', { scopes: ['posts:read', 'posts:read'] }, 'input.invalid'],
    ['a limit of nothing', { requestsPerHour: 0 }, 'input.invalid'],
  ])('refuses %s', async (_, wrong, code) => {
    const { create, owner, keys } = await setup();
    const body = { name: 'Website', scopes: ['posts:read'], ...wrong };
    expect(await create(owner, body)).toMatchObject({ status: 422, body: { code } });
    expect(await keys()).toEqual([]);
  });

  test('is for admins, and for those who still are', async () => {
    const { create, join, owner, tools, keys } = await setup();
    expect(await create(await join('editor'))).toMatchObject(tooLow);
    const former = await join('admin', 'Former');
    const member = await tools.members.find(testTeamId, former.userId);
    if (member) await tools.members.changeRole(member, 'editor', { by: owner.userId, endedKeys: [] });
    expect(await create(former)).toMatchObject(tooLow);
    expect(await keys()).toEqual([]);
  });

  test('makes none in a team that was deleted', async () => {
    const { create, owner, tools, keys } = await setup();
    await tools.teams.markDeleted({ teamId: testTeamId, name: 'Ours', userId: owner.userId, at: noon });
    expect(await create(owner)).toMatchObject({ status: 403, body: { code: 'auth.not_a_member' } });
    expect(await keys()).toEqual([]);
  });
});

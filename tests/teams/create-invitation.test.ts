import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { teamsContract } from '../../functions/teams/contract.ts';
import { createInvitation } from '../../functions/teams/create-invitation.ts';
import { send, testTeamId } from '../support/request.ts';
import { freshTeam, type Person } from '../support/teams.ts';

async function setup() {
  const all = await freshTeam();
  const tools = { ...all.tools, newId: () => newId('invite') };
  const handler = endpoint(teamsContract.createInvitation, createInvitation, () => tools);
  const invite = (caller: Person, body: object) => send(handler, { body, caller });
  return { ...all, invite };
}

const tooLow = { status: 403, body: { code: 'auth.role_too_low' } };

describe('POST /invitations', () => {
  test('gives the token once, and an end in seven days', async () => {
    const { invite, join, tools } = await setup();
    const admin = await join('admin');
    const { status, body } = await invite(admin, { email: 'Bob@Example.com', role: 'editor' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: body.id,
      email: 'bob@example.com',
      role: 'editor',
      invitedBy: admin.userId,
      createdAt: '2030-01-01T12:00:00.000Z',
      expiresAt: '2030-01-08T12:00:00.000Z',
      token: expect.stringMatching(/^cn_invite_/),
    });
    expect(await tools.invitations.find(testTeamId, body.id)).toMatchObject({ role: 'editor' });
  });

  test('stores no token, neither with the invitation nor in the event', async () => {
    const { invite, owner, table } = await setup();
    const { body } = await invite(owner, { email: 'bob@example.com', role: 'viewer' });
    const rows = await table.rows();
    expect(JSON.stringify(rows)).not.toContain(body.token.slice(-43));
    const { token: _, createdAt: __, ...data } = body;
    expect(rows.find(({ entity }) => entity === 'event')).toMatchObject({ type: 'invitation.created', data });
    const ends = rows.find(({ entity }) => entity === 'invitation')?.expiresAt;
    expect(new Date(Number(ends) * 1000).toISOString()).toBe('2030-01-08T12:00:00.000Z');
  });

  test('takes no role above that of the inviter', async () => {
    const { invite, owner, join, table } = await setup();
    const admin = await join('admin');
    expect(await invite(owner, { email: 'bob@example.com', role: 'owner' })).toMatchObject({ status: 201 });
    const rows = await table.rows();
    expect(await invite(admin, { email: 'bob@example.com', role: 'owner' })).toMatchObject(tooLow);
    expect(await invite(await join('editor'), { email: 'bob@example.com', role: 'viewer' })).toMatchObject(tooLow);
    expect((await table.rows()).filter(({ entity }) => entity === 'invitation')).toHaveLength(1);
    expect(rows.filter(({ entity }) => entity === 'invitation')).toHaveLength(1);
  });

  test('is for those who still have their role, though the gateway remembers it', async () => {
    const { invite, owner, join, tools, table } = await setup();
    const admin = await join('admin');
    const member = await tools.members.find(testTeamId, admin.userId);
    if (member) await tools.members.changeRole(member, 'viewer', { by: owner.userId, endedKeys: [] });
    expect(await invite(admin, { email: 'bob@example.com', role: 'admin' })).toMatchObject(tooLow);
    expect((await table.rows()).filter(({ entity }) => entity === 'invitation')).toEqual([]);
  });

  test.each([
    ['an address that is none', { email: 'bob', role: 'viewer' }],
    ['an unknown role', { email: 'bob@example.com', role: 'king' }],
  ])('refuses %s', async (_, body) => {
    const { invite, owner } = await setup();
    expect(await invite(owner, body)).toMatchObject({ status: 422, body: { code: 'input.invalid' } });
  });
});

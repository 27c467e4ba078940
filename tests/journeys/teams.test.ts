import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Session } from '../../functions/identity/contract.ts';
import { Post } from '../../functions/posts/contract.ts';
import { pageOf } from '../../functions/runtime/shapes.ts';
import { ApiKey, Invitation, Member, Team } from '../../functions/teams/contract.ts';
import { type Account, addresses, api, arrivedAt, connectBluesky, newAccount, password } from '../support/journey.ts';

const Teams = pageOf(Team);
const Members = pageOf(Member);
const Accepted = z.object({ teamId: z.string(), role: z.string() });

let ada: Account;
let bob: Account;
beforeAll(async () => {
  [ada, bob] = await Promise.all([newAccount('Ada'), newAccount('Bob')]);
}, 120_000);

/** A new session: the gateway remembers for a minute what the authorizer said of the old one. */
async function again({ email, teamId }: Account): Promise<Account> {
  const { accessToken: token } = await api.get(Session, 'POST /auth/login', { body: { email, password } });
  return { email, token, teamId };
}

/** A new team of Ada's, as she and as Bob call it; Bob joins when a role is given. */
async function newTeam(role?: Member['role']) {
  const { id: teamId, name } = await api.get(Team, 'POST /teams', { ...ada, body: { name: 'Journey' } });
  const [owner, guest] = [
    { ...ada, teamId },
    { ...bob, teamId },
  ];
  if (role) {
    const token = await invite(owner, bob.email, role);
    await api.get(Accepted, 'POST /invitations/accept', { ...bob, body: { token } });
  }
  return { teamId, name, owner, guest };
}

async function invite(owner: Account, email: string, role: Member['role']): Promise<string> {
  const Created = Invitation.extend({ token: z.string() });
  return (await api.get(Created, 'POST /invitations', { ...owner, body: { email, role } })).token;
}

async function memberIn(account: Account, email: string): Promise<Member> {
  const { items } = await api.get(Members, 'GET /members', account);
  const found = items.find((member) => member.email === email);
  if (!found) throw new Error(`${email} is no member`);
  return found;
}

const write = (account: Account) =>
  api.call('POST /posts', { ...account, body: { text: 'Journey', connectionIds: [] } });
const refused = (status: number, code: string) => ({ status, body: { code } });

describe('teams through the running stack', () => {
  test('somebody is invited, accepts once, and has the role of the invitation', async () => {
    const { teamId, owner, guest } = await newTeam();
    const token = await invite(owner, bob.email, 'editor');
    expect(await api.call('POST /invitations/accept', { ...ada, body: { token } })).toMatchObject(
      refused(403, 'invitation.email_mismatch'),
    );
    const accept = () => api.call('POST /invitations/accept', { ...bob, body: { token } });
    expect(await accept()).toMatchObject({ status: 200, body: { teamId, role: 'editor' } });
    expect(await accept()).toMatchObject(refused(422, 'invitation.token_invalid'));
    expect((await api.get(Teams, 'GET /teams', bob)).items).toContainEqual(
      expect.objectContaining({ id: teamId, role: 'editor', plan: 'business' }),
    );
    expect(await write(guest)).toMatchObject({ status: 201 });
    const body = { email: 'eve@example.com', role: 'viewer' };
    expect(await api.call('POST /invitations', { ...guest, body })).toMatchObject(refused(403, 'auth.role_too_low'));
  });

  test('a role that is changed counts, and the last owner stays', async () => {
    const { owner, guest } = await newTeam('editor');
    const { userId } = await memberIn(owner, bob.email);
    const toViewer = { ...owner, body: { role: 'viewer' } };
    expect(await api.call(`PATCH /members/${userId}`, toViewer)).toMatchObject({ status: 200 });
    const now = await again(guest);
    expect(await write(now)).toMatchObject(refused(403, 'auth.role_too_low'));
    expect(await api.call('GET /posts', now)).toMatchObject({ status: 200 });
    const me = await memberIn(owner, ada.email);
    const last = refused(409, 'member.last_owner');
    expect(await api.call(`DELETE /members/${me.userId}`, owner)).toMatchObject(last);
    expect(await api.call(`PATCH /members/${me.userId}`, toViewer)).toMatchObject(last);
  });

  test('whoever is removed is out', async () => {
    const { owner, guest } = await newTeam('admin');
    expect(await api.call('GET /posts', guest)).toMatchObject({ status: 200 });
    const { userId } = await memberIn(owner, bob.email);
    expect(await api.call(`DELETE /members/${userId}`, owner)).toMatchObject({ status: 204 });
    expect(await api.call('GET /posts', await again(guest))).toMatchObject(refused(403, 'auth.not_a_member'));
    expect((await api.get(Members, 'GET /members', owner)).items).toHaveLength(1);
  });

  test('a team can be renamed, and an invitation taken back', async () => {
    const { teamId, owner } = await newTeam();
    const renamed = await api.call(`PATCH /teams/${teamId}`, { ...owner, body: { name: 'Renamed' } });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Renamed' } });
    expect(await api.get(Team, `GET /teams/${teamId}`, owner)).toMatchObject({ name: 'Renamed', role: 'owner' });
    expect(await api.call(`GET /teams/${teamId}`, ada)).toMatchObject(refused(404, 'team.not_found'));
    const token = await invite(owner, bob.email, 'viewer');
    const [{ id } = { id: '' }] = (await api.get(pageOf(Invitation), 'GET /invitations', owner)).items;
    expect(await api.call(`DELETE /invitations/${id}`, owner)).toMatchObject({ status: 204 });
    expect(await api.call('POST /invitations/accept', { ...bob, body: { token } })).toMatchObject(
      refused(422, 'invitation.token_invalid'),
    );
  });

  test('an API key does what its scopes say until it is revoked', async () => {
    const { teamId, owner } = await newTeam();
    const body = { name: 'Website', scopes: ['posts:read'] };
    const { id, secret } = await api.get(ApiKey.extend({ secret: z.string() }), 'POST /api-keys', { ...owner, body });
    const key = { token: secret, teamId, email: '' };
    await write(owner);
    expect((await api.get(pageOf(Post), 'GET /posts', key)).items).toHaveLength(1);
    expect(await write(key)).toMatchObject(refused(403, 'auth.scope_missing'));
    expect(await api.call('GET /members', key)).toMatchObject(refused(403, 'auth.scope_missing'));
    expect(await api.call('GET /me', { token: secret })).toMatchObject(refused(401, 'auth.key_invalid'));
    expect(await api.call('GET /posts', { ...key, teamId: ada.teamId })).toMatchObject(
      refused(401, 'auth.key_invalid'),
    );
    const { items } = await api.get(pageOf(ApiKey), 'GET /api-keys', owner);
    expect(items).toMatchObject([{ id, lastUsedAt: expect.any(String) }]);
    expect(await api.call(`DELETE /api-keys/${id}`, owner)).toMatchObject({ status: 204 });
    // One more space is another header to the gateway, so that it asks again.
    const askedAnew = { ...key, token: ` ${secret}` };
    expect(await api.call('GET /posts', askedAnew)).toMatchObject(refused(401, 'auth.key_invalid'));
  });

  test('API keys end with the role that made them', async () => {
    const { owner, guest } = await newTeam('admin');
    const { userId } = await memberIn(owner, bob.email);
    const body = { name: 'Website', scopes: ['posts:read'] };
    const { secret } = await api.get(ApiKey.extend({ secret: z.string() }), 'POST /api-keys', { ...guest, body });
    const key = { token: secret, teamId: owner.teamId };
    const toEditor = { ...owner, body: { role: 'editor' } };
    expect(await api.call(`PATCH /members/${userId}`, toEditor)).toMatchObject({ status: 200 });
    expect((await api.get(pageOf(ApiKey), 'GET /api-keys', owner)).items).toEqual([]);
    expect(await api.call('GET /posts', key)).toMatchObject(refused(401, 'auth.key_invalid'));
  });

  test('nothing that is scheduled outlives its team', async () => {
    const { teamId, name, owner, guest } = await newTeam('editor');
    const { id } = await connectBluesky(owner);
    const text = `Journey ${crypto.randomUUID()}`;
    const publishAt = new Date(Date.now() + 12_000).toISOString();
    await api.get(Post, 'POST /posts', { ...owner, body: { text, connectionIds: [id], publishAt } });
    const unconfirmed = refused(409, 'team.deletion_unconfirmed');
    expect(await api.call(`DELETE /teams/${teamId}`, owner)).toMatchObject(unconfirmed);
    expect(await api.call(`DELETE /teams/${teamId}?name=journey`, owner)).toMatchObject(unconfirmed);
    expect(await api.call(`DELETE /teams/${teamId}?name=${name}`, owner)).toMatchObject({ status: 204 });
    expect(await api.call('GET /posts', await again(guest))).toMatchObject(refused(403, 'auth.not_a_member'));
    expect((await api.get(Teams, 'GET /teams', bob)).items.map((team) => team.id)).not.toContain(teamId);
    const status = async () => (await api.call(`GET /connections/${id}`, owner)).status;
    await expect.poll(status, { timeout: 20_000 }).toBe(404);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(publishAt) + 3_000 - Date.now()));
    expect(await arrivedAt(addresses.bluesky, text)).toEqual([]);
  });
});

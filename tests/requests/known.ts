import * as z from 'zod';
import type { Platforms } from '../support/own-platforms.ts';
import type { Known } from './arbitrary-value.ts';
import type { HttpClient } from './http-client.ts';
import { exampleParts, type Operation, requestOf } from './operations.ts';
import { bearer, Invited, must, newTeam, newTenant, password, type Tenant } from './tenant.ts';
import { makeThing } from './things.ts';

const Page = z.object({ next: z.string().nullable() });

/** `stranger` is a tenant too, with people of its own; `people` may be members of many teams. */
export type Ground = {
  send: HttpClient;
  platforms: Platforms;
  stranger: Tenant;
  people: Tenant['people'];
};

/** A tenant for one operation to be tried on, and what requests to it may know. */
export async function groundOf(
  operation: Operation,
  { send, platforms, stranger, people }: Ground,
): Promise<{ tenant: Tenant; known: Known }> {
  // What is done to a team ends with it; what users do to themselves lasts.
  const tenant = await (operation.entry.auth === 'user' ? newTenant(send) : newTeam(send, people));
  const ids: Record<string, string[]> = {};
  const foreignIds: Record<string, string[]> = {};
  for (const { prefix } of operation.places) {
    const make = (of: Tenant) => makeThing(prefix, { send, tenant: of, platforms });
    ids[prefix] ??= [await make(tenant), await make(tenant)];
    foreignIds[prefix] ??= [await make(stranger)];
  }
  const texts = {
    ...(await textsOf(tenant, { send, stranger })),
    server: [platforms.mastodon, platforms.bluesky],
    identifier: ['alice.test', 'bob.test'],
    appPassword: ['app-pass'],
    cursor: await cursorsOf(operation, tenant, send),
  };
  return { tenant, known: { ids, foreignIds, texts } };
}

/** Texts that lead somewhere, by the names of the fields where they fit. */
async function textsOf({ people: { owner, admin } }: Tenant, { send, stranger }: Pick<Ground, 'send' | 'stranger'>) {
  const unconfirmed = `new.${crypto.randomUUID()}@example.com`;
  const registration = { email: unconfirmed, password, name: 'New' };
  await must(send, z.unknown(), { route: 'POST /auth/register', body: registration });
  await must(send, z.unknown(), { route: 'POST /auth/forgot-password', body: { email: admin.email } });
  const headers = bearer(stranger.people.owner.token, stranger.teamId);
  const invited = { email: owner.email, role: 'viewer' };
  const { token } = await must(send, Invited, { route: 'POST /invitations', headers, body: invited });
  return {
    email: [unconfirmed, owner.email, admin.email, 'nobody@example.com'],
    password: [password],
    currentPassword: [password],
    code: ['123456'],
    refreshToken: [owner.refreshToken],
    token: [token],
    name: ['Proof'],
  };
}

/** A cursor of the operation's own, where it is a list. */
async function cursorsOf(operation: Operation, { people, teamId }: Tenant, send: HttpClient): Promise<string[]> {
  const { entry } = operation;
  if (!entry.query || !('cursor' in entry.query.shape)) return [];
  const request = requestOf(operation, { ...exampleParts(operation, { id: () => '' }), query: { limit: '1' } });
  const headers = bearer(people.owner.token, entry.auth === 'team' ? teamId : undefined);
  const { next } = Page.parse((await send({ ...request, headers })).body);
  return next === null ? [] : [next];
}

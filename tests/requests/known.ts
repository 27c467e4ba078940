import * as z from 'zod';
import type { Platforms } from '../support/own-platforms.ts';
import type { Known } from './arbitrary-value.ts';
import type { HttpClient } from './http-client.ts';
import { exampleParts, type Operation, requestOf } from './operations.ts';
import { textFields } from './shape.ts';
import { bearer, Invited, must, newcomers, newPeople, newTeam, newTenant, password, type Tenant } from './tenant.ts';
import { makeThing } from './things.ts';

const Begun = z.object({ state: z.string() });
const Page = z.object({ next: z.string().nullable() });

/** `stranger` has people of its own; the people of `shared` are members of many teams. Neither team is given to a change. */
export type Ground = { send: HttpClient; platforms: Platforms; stranger: Tenant; shared: Tenant; foreign: Things };
type Things = Map<string, Promise<string[]>>;

export async function layGround(send: HttpClient, platforms: Platforms): Promise<Ground> {
  const together = async () => newTeam(send, await newPeople(send));
  const [stranger, shared] = await Promise.all([newTenant(send), together()]);
  return { send, platforms, stranger, shared, foreign: new Map() };
}

/** A tenant for one operation to be tried on, and what requests to it may know. */
export async function groundOf(operation: Operation, ground: Ground): Promise<{ tenant: Tenant; known: Known }> {
  const { send, platforms, stranger } = ground;
  const tenant = await tenantFor(operation, ground);
  const ids: Record<string, string[]> = {};
  const foreignIds: Record<string, string[]> = {};
  for (const kind of new Set(operation.places.map(({ prefix }) => prefix))) {
    const make = (of: Tenant) => makeThing(kind, { send, tenant: of, platforms });
    ids[kind] = [await make(tenant), await make(tenant)];
    const foreign = ground.foreign.get(kind) ?? make(stranger).then((id) => [id]);
    ground.foreign.set(kind, foreign);
    foreignIds[kind] = await foreign;
  }
  return { tenant, known: { ids, foreignIds, texts: await textsOf(operation, tenant, ground) } };
}

/** What is done to a team ends with it, what users do to themselves lasts, and reading leaves all as it is. */
function tenantFor({ entry: { auth, route } }: Operation, { send, shared }: Ground): Promise<Tenant> | Tenant {
  if (auth === 'none' || route.startsWith('GET ')) return shared;
  return auth === 'user' ? newcomers(send, shared.people) : newTeam(send, shared.people);
}

type Source = (operation: Operation, tenant: Tenant, ground: Ground) => Promise<string[]> | string[];

/** Texts that lead somewhere, by the names of the fields where they fit. */
const sources: Readonly<Record<string, Source>> = {
  email: async (_, { people }, { send }) => {
    const unconfirmed = `new.${crypto.randomUUID()}@example.com`;
    const body = { email: unconfirmed, password, name: 'New' };
    await must(send, z.unknown(), { route: 'POST /auth/register', body });
    return [unconfirmed, people.owner.email, people.admin.email, 'nobody@example.com'];
  },
  password: () => [password],
  currentPassword: () => [password],
  code: async (_, { people }, { send }) => {
    await must(send, z.unknown(), { route: 'POST /auth/forgot-password', body: { email: people.admin.email } });
    return ['123456'];
  },
  refreshToken: (_, { people }) => [people.owner.refreshToken],
  token: async (_, { people }, { send, stranger }) => {
    const headers = bearer(stranger.people.owner.token, stranger.teamId);
    const body = { email: people.owner.email, role: 'viewer' };
    return [(await must(send, Invited, { route: 'POST /invitations', headers, body })).token];
  },
  name: () => ['Proof'],
  server: (_, __, { platforms }) => [platforms.mastodon, platforms.bluesky],
  identifier: () => ['alice.test', 'bob.test'],
  appPassword: () => ['app-pass'],
  state: async ({ entry }, { people, teamId }, { send }) => {
    if (entry.name !== 'receiveConsent') return [];
    const body = { platform: 'facebook', returnTo: 'http://localhost:3000/' };
    const asking = { route: 'POST /connections/authorize', headers: bearer(people.owner.token, teamId), body };
    const states = await Promise.all(Array.from({ length: 8 }, () => must(send, Begun, asking)));
    return states.map(({ state }) => state);
  },
  cursor: (operation, tenant, { send }) => cursorsOf(operation, tenant, send),
};

async function textsOf(operation: Operation, tenant: Tenant, ground: Ground): Promise<Known['texts']> {
  const fields = new Set(Object.values(operation.shapes).flatMap((shape) => textFields(shape)));
  const texts: Record<string, string[]> = {};
  for (const field of fields) {
    const source = sources[field];
    if (source) texts[field] = await source(operation, tenant, ground);
  }
  return texts;
}

/** A cursor of a list's own. */
async function cursorsOf(operation: Operation, { people, teamId }: Tenant, send: HttpClient): Promise<string[]> {
  const { entry } = operation;
  const { path, query } = exampleParts(operation, { id: () => '' });
  const request = requestOf(operation, { path, query: { ...query, limit: '1' } });
  const headers = bearer(people.owner.token, entry.auth === 'team' ? teamId : undefined);
  const { next } = Page.parse((await send({ ...request, headers })).body);
  return next === null ? [] : [next];
}

import * as z from 'zod';
import type { Scope } from '../../functions/runtime/contract.ts';
import { type IdPrefix, newId } from '../../functions/runtime/ids.ts';
import type { Platforms } from '../support/own-platforms.ts';
import type { HttpClient } from './http-client.ts';
import { bearer, Made, must, type Tenant } from './tenant.ts';

type Workshop = { send: HttpClient; tenant: Tenant; platforms: Platforms };
type Maker = (workshop: Workshop) => Promise<string>;

const NewKey = z.object({ id: z.string(), secret: z.string() });

/** How to make something of each kind that requests name by its id. A kind that is new to requests belongs here. */
const makers: Readonly<Partial<Record<IdPrefix, Maker>>> = {
  team: async ({ tenant }) => tenant.teamId,
  user: async ({ tenant }) => tenant.people.editor.userId,
  conn: (workshop) => {
    const identifier = `${crypto.randomUUID().slice(0, 12)}.test`;
    const body = { platform: 'bluesky', server: workshop.platforms.bluesky, identifier, appPassword: 'app-pass' };
    return made(workshop, 'POST /connections', body);
  },
  post: async (workshop) => {
    const connectionIds = [await makeThing('conn', workshop)];
    return made(workshop, 'POST /posts', { text: 'News', connectionIds, publishAt: '2035-01-31T09:30:00Z' });
  },
  invite: (workshop) => {
    const email = `guest.${crypto.randomUUID()}@example.com`;
    return made(workshop, 'POST /invitations', { email, role: 'viewer' });
  },
  // Nothing opens several accounts here, so all there is to know is what such an id looks like.
  pending: async () => newId('pending'),
  key: async (workshop) => (await makeKey(workshop, ['team:read'])).id,
};

export const knownKinds = Object.keys(makers);
const isKnown = (prefix: string): prefix is IdPrefix => Object.hasOwn(makers, prefix);

/** Makes a thing of a tenant, through the API, and gives its id. */
export function makeThing(prefix: string, workshop: Workshop): Promise<string> {
  const make = isKnown(prefix) ? makers[prefix] : undefined;
  if (make) return make(workshop);
  throw new Error(
    `a request takes ids like ${prefix}_…, and nothing says how to make one: add it to ${import.meta.url}`,
  );
}

/** Makes an API key; nobody sees its secret again. */
export function makeKey({ send, tenant }: Omit<Workshop, 'platforms'>, scopes: readonly Scope[]) {
  const headers = bearer(tenant.people.owner.token, tenant.teamId);
  return must(send, NewKey, { route: 'POST /api-keys', headers, body: { name: 'Proof', scopes } });
}

async function made({ send, tenant }: Workshop, route: string, body: object): Promise<string> {
  const headers = bearer(tenant.people.owner.token, tenant.teamId);
  return (await must(send, Made, { route, headers, body })).id;
}

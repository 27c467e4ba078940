import * as z from 'zod';
import { PendingConnection } from '../../functions/connections/contract.ts';
import { publicationIdOf } from '../../functions/posts/publication-id.ts';
import type { Scope } from '../../functions/runtime/contract.ts';
import type { Platforms } from '../support/own-platforms.ts';
import { consentCode } from '../support/sandbox.ts';
import { type HttpClient, told } from './http-client.ts';
import { exampleParts, type Operation, operations, requestOf } from './operations.ts';
import { idKindOf } from './shape.ts';
import { bearer, Made, must, type Tenant } from './tenant.ts';

type Workshop = { send: HttpClient; tenant: Tenant; platforms: Platforms };
type Maker = (workshop: Workshop) => Promise<string>;

const Begun = z.object({ authorizationUrl: z.string(), state: z.string() });
const NewKey = z.object({ id: z.string(), secret: z.string() });

/**
 * How to make things of the kinds that their own POST does not make from the examples of its schema. Any other kind that
 * requests name by id is made by the operation whose reply has such an id.
 */
const makers: Readonly<Record<string, Maker>> = {
  team: async ({ tenant }) => tenant.teamId,
  user: async ({ tenant }) => tenant.people.editor.userId,
  conn: (workshop) => {
    const identifier = `${crypto.randomUUID().slice(0, 12)}.test`;
    const body = { platform: 'bluesky', server: workshop.platforms.bluesky, identifier, appPassword: 'app-pass' };
    return made(workshop, 'POST /connections', body);
  },
  post: async (workshop) => makePost(workshop, await makeThing('conn', workshop)),
  pub: async (workshop) => {
    const connectionId = await makeThing('conn', workshop);
    return publicationIdOf({ postId: await makePost(workshop, connectionId), connectionId });
  },
  /** Bob of the sandbox has two pages. */
  pending: async ({ send, tenant }) => {
    const headers = bearer(tenant.people.owner.token, tenant.teamId);
    const begin = { platform: 'facebook', redirectUri: 'http://localhost:3000/' };
    const { authorizationUrl, state } = await must(send, Begun, {
      route: 'POST /connections/authorize',
      headers,
      body: begin,
    });
    const body = { platform: 'facebook', state, code: await consentCode(authorizationUrl, 'bob') };
    return (await must(send, PendingConnection, { route: 'POST /connections', headers, body })).pendingId;
  },
};

/** Makes a thing of a tenant, through the API, and gives its id. */
export function makeThing(prefix: string, workshop: Workshop): Promise<string> {
  const make = makers[prefix];
  if (make) return make(workshop);
  const operation = operations.find((one) => makes(one, prefix));
  if (operation) return madeBy(operation, workshop);
  throw new Error(`requests take ids like ${prefix}_…, which no POST makes: say how in ${import.meta.filename}`);
}

const makes = ({ entry, places }: Operation, prefix: string) =>
  entry.route.startsWith('POST ') &&
  entry.auth === 'team' &&
  entry.reply.body instanceof z.ZodObject &&
  entry.reply.body.shape.id instanceof z.ZodType &&
  idKindOf(entry.reply.body.shape.id) === prefix &&
  !places.some((place) => place.prefix === prefix);

async function madeBy(operation: Operation, workshop: Workshop): Promise<string> {
  const { send, tenant } = workshop;
  const ids = new Map<string, string>();
  for (const { prefix } of operation.places) ids.set(prefix, await makeThing(prefix, workshop));
  const request = requestOf(operation, exampleParts(operation, { id: (prefix) => ids.get(prefix) ?? '' }));
  const headers = { ...request.headers, ...bearer(tenant.people.owner.token, tenant.teamId) };
  const answer = await send({ ...request, headers });
  const thing = Made.safeParse(answer.body);
  if (thing.success && answer.status < 300) return thing.data.id;
  throw new Error(`${told(request, answer)}\nThe examples do not do: say how it is made in ${import.meta.filename}`);
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

const makePost = (workshop: Workshop, connectionId: string) =>
  made(workshop, 'POST /posts', { text: 'News', connectionIds: [connectionId], publishAt: '2035-01-31T09:30:00Z' });

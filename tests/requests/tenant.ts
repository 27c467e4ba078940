import * as z from 'zod';
import { Me, Session } from '../../functions/identity/contract.ts';
import type { Role } from '../../functions/runtime/contract.ts';
import { pathPrefix } from '../../lib/routes.ts';
import { type HttpClient, told } from './http-client.ts';

/** Somebody signed in. */
export type Person = { userId: string; email: string; token: string; refreshToken: string };
/** A team with a person in each role. */
export type Tenant = { teamId: string; people: Readonly<Record<Role, Person>> };

export const password = 'a long pass phrase';
const confirmationCode = '123456';

export const bearer = (token: string, teamId?: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(teamId !== undefined && { 'x-team-id': teamId }),
});

/** Sends a call that must succeed, and gives what it answered. */
export async function must<Schema extends z.ZodType>(
  send: HttpClient,
  schema: Schema,
  { route, headers = {}, body }: { route: string; headers?: Record<string, string>; body?: unknown },
): Promise<z.output<Schema>> {
  const [method = '', path = ''] = route.split(' ');
  const isBare = body === undefined;
  const request = {
    method,
    path: `${pathPrefix}${path}`,
    headers: isBare ? headers : { 'content-type': 'application/json', ...headers },
    body: isBare ? undefined : JSON.stringify(body),
  };
  const answer = await send(request);
  if (answer.status >= 300) throw new Error(told(request, answer));
  return schema.parse(answer.body);
}

/** Signs up somebody new, with a team of their own. */
async function newPerson(send: HttpClient, name = 'Ada'): Promise<Person> {
  const email = `${name.toLowerCase()}.${crypto.randomUUID()}@example.com`;
  await must(send, z.unknown(), { route: 'POST /auth/register', body: { email, password, name } });
  await must(send, z.unknown(), { route: 'POST /auth/confirm', body: { email, code: confirmationCode } });
  const session = await must(send, Session, { route: 'POST /auth/login', body: { email, password } });
  const { accessToken: token, refreshToken } = session;
  const me = await must(send, Me, { route: 'GET /me', headers: bearer(token) });
  return { userId: me.id, email, token, refreshToken };
}

export const Made = z.object({ id: z.string() });
export const Invited = z.object({ id: z.string(), token: z.string() });

/** Four people who are strangers to each other. */
export async function newPeople(send: HttpClient): Promise<Tenant['people']> {
  const names = ['Olga', 'Adam', 'Edda', 'Vera'];
  const [owner, admin, editor, viewer] = await Promise.all(names.map((name) => newPerson(send, name)));
  if (!(owner && admin && editor && viewer)) throw new Error('somebody is missing');
  return { owner, admin, editor, viewer };
}

/** A new team of theirs: who is not its owner joined by invitation. */
export async function newTeam(send: HttpClient, people: Tenant['people']): Promise<Tenant> {
  const { owner, admin, editor, viewer } = people;
  const team = { route: 'POST /teams', headers: bearer(owner.token), body: { name: 'Proof' } };
  const { id: teamId } = await must(send, Made, team);
  const join = async (role: Role, { email, token }: Person) => {
    const headers = bearer(owner.token, teamId);
    const invitation = await must(send, Invited, { route: 'POST /invitations', headers, body: { email, role } });
    const accept = { route: 'POST /invitations/accept', headers: bearer(token), body: { token: invitation.token } };
    await must(send, z.unknown(), accept);
  };
  await Promise.all([join('admin', admin), join('editor', editor), join('viewer', viewer)]);
  return { teamId, people };
}

/** Two who are new, in the place of two who are not: for what people do to themselves. Their team is the first one's own. */
export async function newcomers(send: HttpClient, others: Tenant['people']): Promise<Tenant> {
  const [owner, viewer] = await Promise.all([newPerson(send, 'Olga'), newPerson(send, 'Vera')]);
  const team = { route: 'POST /teams', headers: bearer(owner.token), body: { name: 'Proof' } };
  return { teamId: (await must(send, Made, team)).id, people: { ...others, owner, viewer } };
}

export const newTenant = async (send: HttpClient): Promise<Tenant> => newTeam(send, await newPeople(send));

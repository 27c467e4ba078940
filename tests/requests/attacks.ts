import { type Endpoint, type Role, roles, type Scope, scopes } from '../../functions/runtime/contract.ts';
import type { Platforms } from '../support/own-platforms.ts';
import type { HttpClient } from './http-client.ts';
import { bearer, newTenant, type Tenant } from './tenant.ts';
import { makeKey, makeThing } from './things.ts';
import { expired, forged } from './tokens.ts';

/** A tenant with one thing of each kind, made when it is first asked for. */
export type Estate = { tenant: Tenant; thing: (prefix: string) => Promise<string> };

export async function newEstate(send: HttpClient, platforms: Platforms): Promise<Estate> {
  const tenant = await newTenant(send);
  const things = new Map<string, Promise<string>>();
  const thing = (prefix: string) => {
    const made = things.get(prefix) ?? makeThing(prefix, { send, tenant, platforms });
    things.set(prefix, made);
    return made;
  };
  return { tenant, thing };
}

/** One who may not call, with the statuses that are the right answer. */
export type Attack = { by: string; headers: Record<string, string>; statuses: readonly number[] };

/** All who may not call an operation on things of a tenant. `stranger` is another one. */
export async function attackers(send: HttpClient, tenant: Tenant, stranger: Tenant) {
  const { teamId, people } = tenant;
  const token = people.owner.token;
  const [forgedToken, expiredToken] = [forged(token), expired(token)];
  const keys = new Map<Scope | undefined, string>();
  for (const lacking of [undefined, ...scopes]) {
    const granted = scopes.filter((scope) => scope !== lacking);
    keys.set(lacking, (await makeKey({ send, tenant }, granted)).secret);
  }
  const theirKey = (await makeKey({ send, tenant: stranger }, scopes)).secret;

  return ({ auth, scope, role = 'viewer' }: Endpoint): Attack[] => {
    const ofTeam = auth === 'team' ? teamId : undefined;
    const lower: readonly Role[] = roles.slice(0, roles.indexOf(role));
    const outsiders: Attack[] = [
      { by: 'nobody', headers: ofTeam === undefined ? {} : { 'x-team-id': ofTeam }, statuses: [401] },
      { by: 'a forged token', headers: bearer(forgedToken, ofTeam), statuses: [401] },
      { by: 'an expired token', headers: bearer(expiredToken, ofTeam), statuses: [401] },
      { by: 'a key of another team', headers: bearer(theirKey, ofTeam), statuses: [401] },
    ];
    // A key is of a team: where there is none to act for, it is no key at all.
    const keyHeaders = bearer(keys.get(scope) ?? '', ofTeam);
    const key = { by: 'a key without the scope', headers: keyHeaders, statuses: [ofTeam === undefined ? 401 : 403] };
    if (ofTeam === undefined) return [...outsiders, key];
    const strange = bearer(stranger.people.owner.token, ofTeam);
    const refused = { statuses: [403] };
    return [
      ...outsiders,
      key,
      { by: "another team's owner", headers: strange, ...refused },
      ...lower.map((one) => ({ by: `a ${one} of the team`, headers: bearer(people[one].token, ofTeam), ...refused })),
    ];
  };
}

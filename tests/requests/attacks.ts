import { type Endpoint, type Role, roles, type Scope, scopes } from '../../functions/runtime/contract.ts';
import type { HttpClient } from './http-client.ts';
import { bearer, type Tenant } from './tenant.ts';
import { makeKey } from './things.ts';
import { expired, forged } from './tokens.ts';

/** One who may not call, with the statuses that are the right answer. */
export type Attack = { by: string; headers: Record<string, string>; statuses: readonly number[] };

/** A tenant, with an API key for every scope but one, and one that may do all that keys may. */
export type Keyring = { tenant: Tenant; lacking: (scope: Scope | undefined) => string };

export async function keyringOf(send: HttpClient, tenant: Tenant): Promise<Keyring> {
  const secrets = new Map<Scope | undefined, string>();
  for (const lacking of [undefined, ...scopes]) {
    const granted = scopes.filter((scope) => scope !== lacking);
    secrets.set(lacking, (await makeKey({ send, tenant }, granted)).secret);
  }
  return { tenant, lacking: (scope) => secrets.get(scope) ?? '' };
}

/** All who may not call an operation on things of a tenant. `stranger` is another one. */
export function attackers({ tenant: { teamId, people }, lacking }: Keyring, stranger: Keyring) {
  const { token } = people.owner;
  const [forgedToken, expiredToken] = [forged(token), expired(token)];

  return ({ auth, scope, role, route }: Endpoint): Attack[] => {
    const ofTeam = auth === 'team' ? teamId : undefined;
    const outsiders: Attack[] = [
      { by: 'nobody', headers: ofTeam === undefined ? {} : { 'x-team-id': ofTeam }, statuses: [401] },
      { by: 'a forged token', headers: bearer(forgedToken, ofTeam), statuses: [401] },
      { by: 'an expired token', headers: bearer(expiredToken, ofTeam), statuses: [401] },
      { by: 'a key of another team', headers: bearer(stranger.lacking(undefined), ofTeam), statuses: [401] },
    ];
    // A key is of a team: where there is none to act for, it is no key at all.
    const keyStatuses = [ofTeam === undefined ? 401 : 403];
    const key = { by: 'a key without the scope', headers: bearer(lacking(scope), ofTeam), statuses: keyStatuses };
    if (ofTeam === undefined) return [...outsiders, key];
    const strange = bearer(stranger.tenant.people.owner.token, ofTeam);
    return [
      ...outsiders,
      key,
      { by: "another team's owner", headers: strange, statuses: [403] },
      ...tooLow(role, route).map((one) => ({
        by: `a ${one} of the team`,
        headers: bearer(people[one].token, ofTeam),
        statuses: [403],
      })),
    ];
  };
}

/** A change that names no role is none for viewers all the same; one that is meant for them says `role: 'viewer'`. */
function tooLow(role: Role | undefined, route: Endpoint['route']): readonly Role[] {
  if (role === undefined) return route.startsWith('GET ') ? [] : ['viewer'];
  return roles.slice(0, roles.indexOf(role));
}

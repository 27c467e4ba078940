import type { Platforms } from '../support/own-platforms.ts';
import type { HttpClient } from './http-client.ts';
import { newTenant, type Tenant } from './tenant.ts';
import { makeThing } from './things.ts';

/** A tenant with things of several kinds. */
export type Estate = { tenant: Tenant; thing: (prefix: string) => string };

/** Makes a tenant with two things of each kind, so that lists of them have a second page; one of each is shown. */
export async function newEstate(send: HttpClient, platforms: Platforms, kinds: Iterable<string>): Promise<Estate> {
  const tenant = await newTenant(send);
  const things = new Map<string, string>();
  for (const kind of kinds) {
    await makeThing(kind, { send, tenant, platforms });
    things.set(kind, await makeThing(kind, { send, tenant, platforms }));
  }
  return { tenant, thing: (kind) => things.get(kind) ?? '' };
}

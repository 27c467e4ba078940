import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { config } from './config.ts';

export type HostPolicy = 'refuse' | 'allow';

/** A host given by a user that this stage does not call. */
export class HostRefused extends Error {}

/** Whether private addresses may be called: the stage's setting, allowed on a developer's machine only. */
export const hostPolicy = (): HostPolicy => config('PRIVATE_HOSTS').PRIVATE_HOSTS;

/** True for addresses of the public internet only; IPv4 inside IPv6 is judged as IPv4. */
export const isPublicAddress = (address: string) =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';

/**
 * Refuses what no outgoing call may reach: other schemes, credentials in the URL, literal private addresses. Names are
 * checked when they are resolved, by `guardedLookup`, so that the address that was checked is the one connected to.
 */
export function checkUrl(url: URL, policy: HostPolicy): void {
  if (url.username || url.password) throw new HostRefused('credentials in the URL');
  if (url.protocol !== 'https:' && !(policy === 'allow' && url.protocol === 'http:'))
    throw new HostRefused('not https');
  if (policy === 'allow') return;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !isPublicAddress(host)) throw new HostRefused('an address that is not public');
}

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** DNS lookup for sockets that refuses a name if any of its addresses is not public. */
export function guardedLookup(policy: HostPolicy, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const refused = policy === 'refuse' && addresses.some(({ address }) => !isPublicAddress(address));
      if (refused) return callback(new HostRefused('a name that points to an address that is not public'), []);
      const [first] = addresses;
      if (options.all || !first) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
}

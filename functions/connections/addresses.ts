import { Fault } from '../runtime/fault.ts';
import { checkUrl, type HostPolicy, HostRefused } from '../runtime/hosts.ts';
import { connectionFaults } from './faults.ts';

/** The origin of a server that a user names, or the refusal. Names are looked at again when they are resolved. */
export function serverOrigin(server: string, policy: HostPolicy): string {
  const url = new URL(server);
  url.hostname = url.hostname.replace(/\.$/, '');
  try {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new HostRefused('not a web address');
    checkUrl(url, policy);
  } catch (error) {
    if (!(error instanceof HostRefused)) throw error;
    const errors = [{ path: 'body.server', code: 'connection.server_refused', message: error.message }];
    throw new Fault(connectionFaults['connection.server_refused'], { cause: error, errors });
  }
  return url.origin;
}

/** For applications without a web address: the server shows the code, and the user copies it. */
const outOfBand = 'urn:ietf:wg:oauth:2.0:oob';
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Codes may only come back over https, to the user's own machine, or by the user's hand. */
export function checkRedirect(redirectUri: string): void {
  if (redirectUri === outOfBand || isSafe(new URL(redirectUri))) return;
  throw new Fault(connectionFaults['connection.redirect_refused']);
}

/** Users are sent on to pages of our frontends only; `*` among their origins stands for any, on a developer's machine. */
export function checkReturn(returnTo: string, origins: readonly string[]): void {
  const url = new URL(returnTo);
  if (isSafe(url) && (origins.includes('*') || origins.includes(url.origin))) return;
  throw new Fault(connectionFaults['connection.return_refused'], {
    errors: [{ path: 'body.returnTo', code: 'connection.return_refused', message: 'is of no frontend known here' }],
  });
}

function isSafe({ protocol, hostname, hash, username, password }: URL): boolean {
  const isPrivate = protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
  return isPrivate && !hash && !username && !password;
}

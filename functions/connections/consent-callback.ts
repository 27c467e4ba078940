import { config } from '../runtime/config.ts';
import { checkReturn } from './addresses.ts';
import type { AuthorizationRequest, ConsentRequest } from './consent-schemas.ts';

/** Our own address that consent may come back to, and the origins of the frontends that users are then sent on to. */
export type ConsentCallback = { address: string; origins: readonly string[] };

export function consentCallback(): ConsentCallback {
  const { CONSENT_CALLBACK: address, FRONTEND_ORIGINS: origins } = config('CONSENT_CALLBACK', 'FRONTEND_ORIGINS');
  return { address, origins };
}

/** How a platform is asked: to answer to the frontend itself, or to us, who send the user on to `returnTo`. */
export function answeredAt(
  request: AuthorizationRequest,
  { address, origins }: ConsentCallback,
): { request: ConsentRequest; returnTo?: string } {
  if ('redirectUri' in request) return { request };
  const { returnTo, ...rest } = request;
  checkReturn(returnTo, origins);
  return { request: { ...rest, redirectUri: address }, returnTo };
}

import { SandboxRefusal } from '../sandbox-refusal.ts';
import { currentNonce } from './dpop-nonces.ts';
import type { BlueskyStore } from './store.ts';

/** An error of the authorization server (RFC 6749 §5.2). It tells its newest nonce with every answer. */
export const oauthError = (store: BlueskyStore, error: string, description: string, status = 400) =>
  new SandboxRefusal(status, { error, error_description: description }, { 'DPoP-Nonce': currentNonce(store) });

/** A call to the account's server that is refused for its token or proof (RFC 9449 §7.1). */
export const proofRefused = (store: BlueskyStore, error: string, description: string) =>
  new SandboxRefusal(
    401,
    { error, message: description },
    {
      'WWW-Authenticate': `DPoP error="${error}", error_description="${description}"`,
      'DPoP-Nonce': currentNonce(store),
    },
  );

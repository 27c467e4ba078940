import * as oauth from 'oauth4webapi';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { type Account, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask, malformed } from '../answer.ts';
import { isNonceWanted, isTokenRefused, xrpc } from './api.ts';
import type { BlueskySession, SignedCall } from './bluesky-session.ts';
import { dpopProofs, ourClient } from './oauth-client.ts';
import { type OAuthSecret, openOAuth } from './oauth-secret.ts';
import { askServer, responseOf, serverMetadata } from './oauth-server.ts';
import { givenTokens } from './oauth-tokens.ts';

/** A token this close to its end may not live through the call. */
const marginMs = 60_000;

type Proven = { secret: OAuthSecret; proofs: oauth.DPoPHandle };

/** The session that a consent has opened: each call is signed anew, with a nonce that its server gives. */
export function oauthSession(tools: AppTools, account: Account): BlueskySession {
  let signer: { key: string; proofs: oauth.DPoPHandle; hasNonce: boolean } | undefined;

  async function current() {
    const secret = openOAuth(account);
    const { x: key } = secret.dpopKey;
    if (signer?.key !== key) signer = { key, proofs: await dpopProofs(secret.dpopKey), hasNonce: false };
    return { secret, signer };
  }

  async function renew(): Promise<void> {
    await account.renewSecret(async (newest) => JSON.stringify(await renewed(tools, openOAuth({ secret: newest }))));
  }

  async function signed(call: SignedCall): Promise<HttpAnswer> {
    const { secret, signer } = await current();
    const made = typeof call === 'function' ? await call() : call;
    const answer = await sendSigned(tools, { secret, proofs: signer.proofs }, made);
    signer.hasNonce ||= answer.headers['dpop-nonce'] !== undefined;
    return answer;
  }

  /** Refused for its nonce, a call was not done. */
  async function withNonce(call: SignedCall): Promise<HttpAnswer> {
    const { signer } = await current();
    // A stream would be sent in vain to a server that wants its nonce first.
    if (typeof call === 'function' && !signer.hasNonce)
      await ask(signed, { method: 'GET', url: xrpc(account.server, 'com.atproto.server.getSession') });
    const answer = await signed(call);
    return isNonceWanted(answer) ? signed(call) : answer;
  }

  return {
    refresh: renew,
    async prepare() {
      const { secret } = await current();
      if (Date.parse(secret.expiresAt) <= tools.now().getTime() + marginMs) await renew();
    },
    async send(call) {
      const answer = await withNonce(call);
      if (!isTokenRefused(answer)) return answer;
      await renew();
      return withNonce(call);
    },
  };
}

/** The proof is the library's; what is sent, and its answer, are ours. */
async function sendSigned({ http }: AppTools, { secret, proofs }: Proven, call: HttpCall): Promise<HttpAnswer> {
  const answers: HttpAnswer[] = [];
  const send = async (
    _: string,
    { headers: { authorization = '', dpop = '' } }: { headers: Record<string, string> },
  ) => {
    const answer = await http({ ...call, headers: { ...call.headers, authorization, dpop } });
    answers.push(answer);
    return responseOf({ ...answer, body: '' });
  };
  const options = { DPoP: proofs, [oauth.customFetch]: send, [oauth.allowInsecureRequests]: true as const };
  try {
    await oauth.protectedResourceRequest(
      secret.accessToken,
      call.method,
      new URL(call.url),
      new Headers(),
      null,
      options,
    );
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
  }
  const [answer] = answers;
  if (answer === undefined) throw new PlatformRefused(malformed('Bluesky'));
  return answer;
}

async function renewed(tools: AppTools, secret: OAuthSecret): Promise<OAuthSecret> {
  const { client, authenticate } = await ourClient(tools.apps, secret);
  const server = await serverMetadata(tools, secret.issuer);
  const proofs = await dpopProofs(secret.dpopKey);
  const answer = await askServer(tools, async (options) => {
    const sent = { ...options, DPoP: proofs };
    const response = await oauth.refreshTokenGrantRequest(server, client, authenticate, secret.refreshToken, sent);
    return oauth.processRefreshTokenResponse(server, client, response);
  });
  const { scopes: _, did, ...tokens } = givenTokens(answer, tools.now());
  if (did === secret.did) return { ...secret, ...tokens };
  const message = 'The server gave access to another account.';
  throw new PlatformRefused({ kind: 'reconnect', platformCode: null, message });
}

/**
 * Ends the session with all its tokens (RFC 7009). One that is over already is no error there, and neither is, at Bluesky's
 * own servers, a call without a proof, which does nothing. The library signs no revocations: a pushed request is the same
 * form, signed, to another address.
 */
export async function revokeTokens(tools: AppTools, account: Account): Promise<void> {
  const secret = openOAuth(account);
  const { client, authenticate } = await ourClient(tools.apps, secret);
  const server = await serverMetadata(tools, secret.issuer);
  const revoking = { ...server, pushed_authorization_request_endpoint: server.revocation_endpoint };
  const form = new URLSearchParams({ token: secret.refreshToken, token_type_hint: 'refresh_token' });
  const proofs = await dpopProofs(secret.dpopKey);
  await askServer(tools, async (options) =>
    oauth.processRevocationResponse(
      await oauth.pushedAuthorizationRequest(revoking, client, authenticate, form, { ...options, DPoP: proofs }),
    ),
  );
}

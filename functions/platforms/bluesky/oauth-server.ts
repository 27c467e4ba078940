import * as oauth from 'oauth4webapi';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { PlatformRefused, type Refusal, type RefusalKind } from '../adapter.ts';
import { type AdapterTools, ask, malformed, retryAt, WebUrl } from '../answer.ts';
import { kindOfStatus } from './api.ts';

type Sent = { method: HttpCall['method']; headers: Record<string, string>; body?: unknown };

/** How the library sends what it asks: by our own client, which knows what may be called, http where a stage allows it. */
export type ByOurClient = {
  [oauth.customFetch]: (url: string, sent: Sent) => Promise<Response>;
  [oauth.allowInsecureRequests]: true;
};

/** What the library reads of an answer. */
export function responseOf({ status, headers, body }: HttpAnswer): Response {
  const isKnown = status >= 200 && status <= 599;
  const hasNoBody = status === 204 || status === 205 || status === 304;
  return new Response(hasNoBody ? null : body, { status: isKnown ? status : 502, headers });
}

/**
 * Asks an authorization server through the library. A server that wants its nonce in the proof (RFC 9449 §8) refuses once and
 * has done nothing; all else that keeps from an answer is a `PlatformRefused`, which holds nothing of a token.
 */
export async function askServer<Answer>(
  { http, now }: AdapterTools,
  question: (options: ByOurClient) => Promise<Answer>,
): Promise<Answer> {
  const answers: HttpAnswer[] = [];
  const send = async (url: string, { method, headers, body }: Sent) => {
    const form = body instanceof URLSearchParams ? { body } : {};
    const answer = await ask(http, { method, url, headers, ...form });
    answers.push(answer);
    return responseOf(answer);
  };
  const asked = () => question({ [oauth.customFetch]: send, [oauth.allowInsecureRequests]: true });
  try {
    return await asked().catch((error) => (oauth.isDPoPNonceError(error) ? asked() : Promise.reject(error)));
  } catch (error) {
    const refusal = refusalOf(error, answers.at(-1), now());
    if (refusal === undefined) throw error;
    throw new PlatformRefused(refusal);
  }
}

/** RFC 6749 §5.2, RFC 9126 §2.3, RFC 9449 §5. What is about our app or our clock, no user can mend. */
const kinds: Readonly<Record<string, RefusalKind>> = {
  invalid_grant: 'reconnect',
  access_denied: 'reconnect',
  invalid_client: 'retry_later',
  unauthorized_client: 'retry_later',
  invalid_client_metadata: 'retry_later',
  invalid_dpop_proof: 'retry_later',
  use_dpop_nonce: 'retry_later',
  server_error: 'retry_later',
  temporarily_unavailable: 'retry_later',
};

function refusalOf(error: unknown, answer: HttpAnswer | undefined, now: Date): Refusal | undefined {
  if (error instanceof oauth.ResponseBodyError && answer !== undefined) {
    const { error: platformCode, error_description, status } = error;
    const kind = (Object.hasOwn(kinds, platformCode) && kinds[platformCode]) || kindOfStatus(status);
    const message = (error_description ?? platformCode).slice(0, 500);
    return { kind, platformCode, message, retryAt: retryAt(answer, now) };
  }
  const isOfLibrary =
    error instanceof oauth.OperationProcessingError ||
    error instanceof oauth.UnsupportedOperationError ||
    error instanceof oauth.WWWAuthenticateChallengeError;
  if (!isOfLibrary) return undefined;
  if (answer?.status !== 429) return malformed('The authorization server');
  const message = 'The authorization server has been asked too often.';
  return { kind: 'rate_limited', platformCode: '429', message, retryAt: retryAt(answer, now) };
}

/** What an authorization server says of itself (RFC 8414), if it speaks the profile of the AT Protocol. */
export async function serverMetadata(tools: AdapterTools, issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  const server = await askServer(tools, async (options) =>
    oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...options })),
  );
  const speaksProfile =
    server.authorization_response_iss_parameter_supported === true &&
    server.scopes_supported?.includes('atproto') === true &&
    WebUrl.safeParse(server.authorization_endpoint).success;
  if (speaksProfile) return server;
  const message = `${url.host} does not offer the sign-in of the AT Protocol.`;
  throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message });
}

/** The authorization server of a server that holds accounts (RFC 9728). */
export async function issuerOf(tools: AdapterTools, server: string): Promise<string> {
  const url = new URL(server);
  const resource = await askServer(tools, async (options) =>
    oauth.processResourceDiscoveryResponse(url, await oauth.resourceDiscoveryRequest(url, options)),
  );
  const issuer = WebUrl.safeParse(resource.authorization_servers?.[0]);
  if (!issuer.success) throw new PlatformRefused(malformed(url.host));
  return new URL(issuer.data).origin;
}

import { createHash, randomBytes } from 'node:crypto';
import { type ConnectedAccount, PlatformRefused } from './adapter.ts';
import type { InstagramLogin } from './contract.ts';

/** Our app as a platform knows it, and where consent comes back to. `server` is the platform's own site or the user's server. */
export type OAuthApp = {
  server: string;
  redirectUri: string;
  clientId: string;
  clientSecret: string;
  /** Which of Instagram's logins. */
  login?: InstagramLogin | undefined;
};

/** An account that was named before its user consents. `name` is how the user calls it. */
export type NamedAccount = { id: string; name: string };

/** What the consent page is opened with. */
export type Asking = {
  state: string;
  verifier: string;
  sessionKey?: string | undefined;
  account?: NamedAccount | undefined;
};

/** What came back from it, and what it was opened with. `issuer`: the server that answers, where it says so (RFC 9207). */
export type ConsentAnswer = {
  code: string;
  verifier: string;
  sessionKey?: string | undefined;
  accountId?: string | undefined;
  issuer?: string | undefined;
};

/** What a code was exchanged for. `secret` holds its tokens in the platform's own form, within the 4 KiB that KMS seals. */
export type Grant = { secret: string; scopes: string[] };

/** Connecting accounts of one platform by the user's consent (OAuth 2.0, RFC 6749, code flow). */
export type OAuth = {
  /** Makes us known to a server, on platforms of many servers. Throws `PlatformRefused`. */
  registerApp?: (server: string, redirectUri: string) => Promise<OAuthApp>;
  /** Finds the server to ask, where users name their account, by handle or id, or its server. Throws `PlatformRefused`. */
  findServer?: (identifier: string) => Promise<{ server: string; account?: NamedAccount }>;
  /** Makes what all calls of one consent are signed with, and those of the session that it opens. To be kept secret. */
  newSessionKey?: () => Promise<string>;
  /** Where the user consents. */
  authorizationUrl: (app: Omit<OAuthApp, 'clientSecret'>, asking: Asking) => string | Promise<string>;
  /** A code that the platform does not take is a `PlatformRefused` of kind `reconnect`. */
  exchange: (app: OAuthApp, answer: ConsentAnswer) => Promise<Grant>;
  /** The accounts that the grant opens, each with a secret of its own; read only, so it may be asked again. */
  listAccounts: (app: OAuthApp, grant: Grant) => Promise<ConnectedAccount[]>;
};

/** A PKCE code verifier: 256 random bits (RFC 7636 §4.1). */
export const newVerifier = () => randomBytes(32).toString('base64url');

/** The S256 challenge of a verifier (RFC 7636 §4.2). */
export const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

/** The consent page of a platform with what it is asked for. */
export function consentUrl(page: string, parameters: Record<string, string>): string {
  const url = new URL(page);
  url.search = new URLSearchParams({ response_type: 'code', ...parameters }).toString();
  return url.href;
}

/** The platform does not know our app by these credentials: no user can mend that by connecting again. */
const isAboutApp = (code: string | null) => code === 'invalid_client' || code === 'unauthorized_client';

/** RFC 6749 §5.2: a code that is wrong, used or old is a 400 here, not a fault of the content. */
export async function exchanging<Answer>(exchange: () => Promise<Answer>): Promise<Answer> {
  try {
    return await exchange();
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    const { kind, platformCode } = error.refusal;
    if (isAboutApp(platformCode)) throw new PlatformRefused({ ...error.refusal, kind: 'retry_later' }, error);
    if (kind !== 'content_rejected') throw error;
    throw new PlatformRefused({ ...error.refusal, kind: 'reconnect' }, error);
  }
}

import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, PlatformRefused } from '../adapter.ts';
import { type AdapterTools, ask, read } from '../answer.ts';
import { bearer, isTokenRefused, readOrRefuse, refusalOf, xrpc } from './api.ts';
import type { BlueskySession } from './bluesky-session.ts';
import { DidDocument } from './did.ts';

/**
 * What the sealed secret of an account holds that was connected with an app password. `service` is where its sessions are made; records go to the account's own
 * server. The app password stays, since a refresh token that was used but not saved is lost.
 */
export const BlueskySecret = z.object({
  service: z.string(),
  appPassword: z.string(),
  accessJwt: z.string(),
  refreshJwt: z.string(),
});
export type BlueskySecret = z.infer<typeof BlueskySecret>;

const openSecret = ({ secret }: Pick<Account, 'secret'>) => BlueskySecret.parse(JSON.parse(secret));

const Tokens = z.object({ accessJwt: z.string().min(1), refreshJwt: z.string().min(1) });
const CreatedSession = Tokens.extend({
  did: z.string().startsWith('did:').max(2048),
  handle: z.string().min(1).max(253),
  active: z.boolean().optional(),
  status: z.string().optional(),
  didDoc: DidDocument.pick({ service: true }).optional().catch(undefined),
});

/** A token this close to its end may not live through the call. */
const marginMs = 60_000;

type Login = { service: string; identifier: string; appPassword: string };

export async function createSession({ http, now }: AdapterTools, { service, identifier, appPassword }: Login) {
  const url = xrpc(service, 'com.atproto.server.createSession');
  const answer = await ask(http, { method: 'POST', url, body: { identifier, password: appPassword } });
  return readOrRefuse(CreatedSession, answer, now());
}

/**
 * The session that an app password has made: calls with its access token, renewed ahead of its end and once more when the server refuses
 * it. Rotated tokens are saved before they are used. A token is only ever renewed on a call that was refused, so
 * calling again is safe for writes as well.
 */
export function passwordSession(tools: AdapterTools, account: Account): BlueskySession {
  let secret = openSecret(account);

  async function renew(): Promise<void> {
    await account.renewSecret(async (newest) => {
      const old = openSecret({ secret: newest });
      const tokens = (await refreshed(tools, old)) ?? (await signedInAgain(tools, account, old));
      return JSON.stringify({ ...old, accessJwt: tokens.accessJwt, refreshJwt: tokens.refreshJwt });
    });
    secret = openSecret(account);
  }

  return {
    refresh: renew,
    async prepare() {
      if (endsAt(secret.accessJwt) <= tools.now().getTime() + marginMs) await renew();
    },
    async send(call) {
      const signed = async (): Promise<HttpAnswer> => {
        const made = typeof call === 'function' ? await call() : call;
        return tools.http({ ...made, headers: { ...made.headers, ...bearer(secret.accessJwt) } });
      };
      const answer = await signed();
      if (!isTokenRefused(answer)) return answer;
      await renew();
      return signed();
    },
  };
}

/** New tokens for the refresh token; undefined when the server does not take it (any more). */
async function refreshed({ http, now }: AdapterTools, { service, refreshJwt }: BlueskySecret) {
  const url = xrpc(service, 'com.atproto.server.refreshSession');
  const answer = await ask(http, { method: 'POST', url, headers: bearer(refreshJwt) });
  return isTokenRefused(answer) ? undefined : readOrRefuse(Tokens, answer, now());
}

async function signedInAgain(tools: AdapterTools, account: Account, { service, appPassword }: BlueskySecret) {
  const session = await createSession(tools, { service, identifier: account.accountId, appPassword });
  if (session.did === account.accountId) return session;
  throw new PlatformRefused({
    kind: 'reconnect',
    platformCode: null,
    message: 'The server signed in another account.',
  });
}

/** Ends the session; the app password itself can only be taken back by the user. */
export async function deleteSession({ http, now }: AdapterTools, account: Account): Promise<void> {
  const { service, refreshJwt } = openSecret(account);
  const url = xrpc(service, 'com.atproto.server.deleteSession');
  const answer = await ask(http, { method: 'POST', url, headers: bearer(refreshJwt) });
  const alreadyOver = isTokenRefused(answer);
  if (answer.status !== 200 && !alreadyOver) throw new PlatformRefused(refusalOf(answer, now()));
}

const JwtTimes = z.object({ exp: z.number(), scope: z.string().optional() });

const claims = (jwt: string) => {
  const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
  return read(JwtTimes, { status: 200, headers: {}, body: payload });
};

/** Unreadable tokens are the server's own matter: they count as good until it refuses them. */
const endsAt = (jwt: string) => (claims(jwt)?.exp ?? Number.POSITIVE_INFINITY) * 1000;

/** What the token may do, as the server names it. */
export const scopeOf = (jwt: string) => claims(jwt)?.scope;

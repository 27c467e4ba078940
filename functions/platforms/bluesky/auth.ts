import { type ConnectedAccount, PlatformRefused } from '../adapter.ts';
import type { AdapterTools } from '../answer.ts';
import { blueskyFacts } from './facts.ts';
import { inactive } from './identity.ts';
import { type BlueskySecret, createSession, scopeOf } from './session.ts';

type Login = { server: string; identifier: string; appPassword: string };

/** Signing in to Bluesky with an app password; from then on the session renews itself. */
export function blueskyAuth(tools: AdapterTools) {
  return {
    /** The account behind the app password. Wrong ones are a `PlatformRefused` of kind `reconnect`. */
    async connect({ server, identifier, appPassword }: Login): Promise<ConnectedAccount> {
      const session = await createSession(tools, {
        service: server,
        identifier: identifier.replace(/^@/, ''),
        appPassword,
      });
      if (session.active === false) throw new PlatformRefused(inactive(session.status));
      const { accessJwt, refreshJwt, did } = session;
      const secret = { service: server, appPassword, accessJwt, refreshJwt };
      return {
        accountKey: did,
        accountId: did,
        accountName: `@${session.handle}`,
        accountUrl: `https://bsky.app/profile/${did}`,
        server: ownServer(session.didDoc) ?? server,
        scopes: scopeOf(accessJwt)?.split(' ') ?? ['com.atproto.appPass'],
        textLimits: blueskyFacts.limits.text,
        secret: JSON.stringify(secret satisfies BlueskySecret),
      };
    },
  };
}
export type BlueskyAuth = ReturnType<typeof blueskyAuth>;

/** The server that holds the account's records, by its DID document: it may be another than the one that signs in. */
function ownServer(didDoc: { service: { id: string; serviceEndpoint: string }[] } | undefined): string | undefined {
  const entry = didDoc?.service.find(({ id }) => id.endsWith('#atproto_pds'));
  return entry && new URL(entry.serviceEndpoint).origin;
}

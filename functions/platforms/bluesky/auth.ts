import { type ConnectedAccount, PlatformRefused } from '../adapter.ts';
import type { AdapterTools } from '../answer.ts';
import { inactive } from './api.ts';
import { serverOf } from './did.ts';
import { blueskyFacts } from './facts.ts';
import { type BlueskySecret, createSession, scopeOf } from './password-session.ts';

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
        // It may be another than the one that signs in.
        server: (session.didDoc && serverOf(session.didDoc)) ?? server,
        scopes: scopeOf(accessJwt)?.split(' ') ?? ['com.atproto.appPass'],
        textLimits: blueskyFacts.limits.text,
        secret: JSON.stringify(secret satisfies BlueskySecret),
      };
    },
  };
}
export type BlueskyAuth = ReturnType<typeof blueskyAuth>;

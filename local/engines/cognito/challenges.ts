import { randomBytes } from 'node:crypto';
import { ServiceError } from '../json-rpc.ts';

/** How long Cognito waits for the answer, unless an app client says otherwise. */
const lifetimeMs = 3 * 60_000;

type Held = { username: string; clientId: string; tokens: object };

/** Tokens of sign-ins that wait for a second factor, by the session that names the sign-in. Gone with the process. */
export function challenges(now: () => number = Date.now) {
  const waiting = new Map<string, Held & { until: number }>();
  const forgetOld = () => {
    for (const [session, { until }] of waiting) if (until <= now()) waiting.delete(session);
  };
  return {
    hold(held: Held): string {
      forgetOld();
      const session = randomBytes(96).toString('base64url');
      waiting.set(session, { ...held, until: now() + lifetimeMs });
      return session;
    },
    find(session: string, { username, clientId }: Omit<Held, 'tokens'>): Held {
      forgetOld();
      const held = waiting.get(session);
      if (held === undefined) throw refused('Invalid session for the user, session is expired.');
      if (held.username !== username || held.clientId !== clientId) throw refused('Invalid session for the user.');
      return held;
    },
    /** A session is good for one sign-in; a wrong code leaves it as it is. */
    end: (session: string) => waiting.delete(session),
  };
}
export type Challenges = ReturnType<typeof challenges>;

const refused = (message: string) => new ServiceError('NotAuthorizedException', message);

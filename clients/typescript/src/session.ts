/** What a sign-in gave; keep it where you keep secrets. */
export type Session = {
  accessToken: string;
  refreshToken: string;
  /** When the access token expires, in milliseconds since 1970. */
  expiresAt: number;
};

type Tools = {
  refresh: (refreshToken: string) => Promise<Session>;
  /** Whether the error says that the refresh token is no longer good. */
  isEnd: (error: unknown) => boolean;
  onChange: (session: Session | undefined) => void;
  now: () => number;
};

/** An access token is renewed this long before it expires, so that none expires on its way. */
const aheadMs = 30_000;

/** Holds the session, and renews it: once, however many requests wait for it. */
export function sessionHolder(first: Session | undefined, { refresh, isEnd, onChange, now }: Tools) {
  let session = first;
  let renewal: Promise<Session> | undefined;

  function set(next: Session | undefined) {
    session = next;
    onChange(next);
  }

  async function renew(stale: Session): Promise<Session> {
    try {
      const fresh = await refresh(stale.refreshToken);
      if (session === stale) set(fresh); // else somebody signed out or in meanwhile
      return fresh;
    } catch (error) {
      if (session === stale && isEnd(error)) set(undefined);
      throw error;
    } finally {
      renewal = undefined;
    }
  }

  return {
    get: () => session,
    set,
    /** An access token that is not about to expire, and is not the one refused as `expired`. */
    async accessToken(expired?: string): Promise<string | undefined> {
      if (!session) return undefined;
      const isFresh = session.expiresAt - aheadMs > now() && session.accessToken !== expired;
      if (isFresh) return session.accessToken;
      renewal ??= renew(session);
      return (await renewal).accessToken;
    },
  };
}

import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';

/** A call whose body is a stream is made anew each time it is sent. */
export type SignedCall = HttpCall | (() => Promise<HttpCall>);

/** The access to an account, however it was connected. */
export type BlueskySession = {
  refresh: () => Promise<void>;
  /** Renews the session if it is about to end; to be done before a call that may not be made twice. */
  prepare: () => Promise<void>;
  /** A call is only ever repeated when it was refused for its token, so that this is safe for writes as well. */
  send: (call: SignedCall) => Promise<HttpAnswer>;
};

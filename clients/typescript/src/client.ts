import createFetchClient from 'openapi-fetch';
import { type components, keyedOperations, openOperations, type paths } from './api.ts';
import type { Calls } from './calls.ts';
import { ApiProblem, problemOf } from './problem.ts';
import { type Retries, retrying, type Send } from './retrying.ts';
import { type Session, sessionHolder } from './session.ts';

export type { components, paths } from './api.ts';
export { ApiProblem, type FieldError, type ProblemCode } from './problem.ts';
export type { Session } from './session.ts';

type Schemas = components['schemas'];

export type ClientOptions = {
  /** Where the API is, its version included: `https://api.clientnest.example/v1`. */
  baseUrl: string;
  /** The team to act for; `useTeam` changes it. */
  teamId?: string;
  /** A session from before. */
  session?: Session;
  /** Told of each sign-in, renewal and end of the session. */
  onSession?: (session: Session | undefined) => void;
  /** For programs: the secret of an API key, in place of a session. */
  apiKey?: string;
  retries?: Partial<Retries>;
  fetch?: Send;
};

/** The API as typed calls. Each throws an `ApiProblem` when it is refused. */
export type ClientNest = Calls & {
  /** `askCode` is asked for the code of the authenticator app, where the account has one. */
  signIn: (credentials: { email: string; password: string }, askCode?: () => Promise<string>) => Promise<void>;
  signOut: () => Promise<void>;
  session: () => Session | undefined;
  useTeam: (teamId: string | undefined) => void;
};

/** A client of the API for one session, or one API key. */
export function clientNest(options: ClientOptions): ClientNest {
  let { teamId } = options;
  const { apiKey, fetch: send = (request) => fetch(request) } = options;
  const tools = { attempts: 4, longestWaitSeconds: 60, ...options.retries, wait };

  const sessions = sessionHolder(options.session, {
    refresh: async (refreshToken) => sessionOf((await calls.POST('/auth/refresh', { body: { refreshToken } })).data),
    isEnd: (error) => error instanceof ApiProblem && error.code === 'auth.refresh_token_invalid',
    onChange: options.onSession ?? (() => undefined),
    now: Date.now,
  });

  const asCaller: Send = async (request) => {
    if (apiKey !== undefined) return send(withToken(request, apiKey));
    const token = await sessions.accessToken();
    const response = await send(withToken(request.clone(), token));
    const isExpired = response.status === 401 && (await problemOf(response)).code === 'auth.token_expired';
    return isExpired ? send(withToken(request, await sessions.accessToken(token))) : response;
  };

  async function perform(operation: string, request: Request): Promise<Response> {
    const isOpen = openOperations.includes(operation);
    if (!isOpen && teamId !== undefined) request.headers.set('x-team-id', teamId);
    const lacksKey = keyedOperations.includes(operation) && !request.headers.has('idempotency-key');
    if (lacksKey) request.headers.set('idempotency-key', crypto.randomUUID());
    const response = await retrying(isOpen ? send : asCaller, tools)(request);
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  const fetchClient = createFetchClient<paths>({ baseUrl: options.baseUrl });
  fetchClient.use({ onRequest: ({ request, schemaPath }) => perform(`${request.method} ${schemaPath}`, request) });
  const calls = fetchClient as unknown as Calls; // whose answers are never errors: `perform` throws those

  return {
    ...calls,
    async signIn(credentials, askCode) {
      const { data: first } = await calls.POST('/auth/login', { body: credentials });
      sessions.set(sessionOf('challenge' in first ? await finish(first, credentials.email, askCode) : first));
    },
    async signOut() {
      const { refreshToken } = sessions.get() ?? {};
      sessions.set(undefined);
      if (refreshToken !== undefined) await calls.POST('/auth/logout', { body: { refreshToken } });
    },
    session: sessions.get,
    useTeam(id) {
      teamId = id;
    },
  };

  async function finish({ session }: Schemas['LoginChallenge'], email: string, askCode?: () => Promise<string>) {
    if (!askCode) throw new Error('This account has an authenticator app: pass what asks for its code to `signIn`.');
    const code = await askCode();
    return (await calls.POST('/auth/login/mfa', { body: { email, session, code } })).data;
  }
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

const sessionOf = ({ accessToken, refreshToken, expiresIn }: Schemas['Session']): Session => ({
  accessToken,
  refreshToken,
  expiresAt: Date.now() + expiresIn * 1000,
});

function withToken(request: Request, token: string | undefined): Request {
  if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
  return request;
}

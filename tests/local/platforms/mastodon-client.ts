import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { type MastodonOptions, startMastodon } from '../../../local/platforms/mastodon/start-mastodon.ts';

export const redirectUri = 'http://127.0.0.1:9/callback';
const appScopes = 'read write';

const RegisteredApp = z.object({ client_id: z.string(), client_secret: z.string() });
export const IssuedToken = z.object({ access_token: z.string(), scope: z.string(), token_type: z.literal('Bearer') });
export const Status = z.looseObject({ id: z.string(), url: z.string(), content: z.string() });
export const Identified = z.looseObject({ id: z.string() });
const PostList = z.object({ items: z.array(z.looseObject({ id: z.string(), arrivals: z.array(z.string()) })) });

type Answer = { status: number; headers: Headers; body: unknown };

/** A sandbox of its own for one test. */
export async function mastodonSandbox(options: MastodonOptions = {}) {
  const sandbox = await startMastodon(options);
  let running = true;
  const stop = async () => {
    if (running) await sandbox.stop();
    running = false;
  };
  onTestFinished(stop);
  return { ...mastodonClient(sandbox.url), url: sandbox.url, stop };
}

function mastodonClient(url: string) {
  async function call(operation: string, { token, json, form, headers = {} }: CallParts = {}): Promise<Answer> {
    const [method = 'GET', path = '/'] = operation.split(' ');
    const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
    const answer = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('Content-Type')?.includes('json') && text !== '';
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  }

  async function registerApp(scopes = appScopes, redirectUris: string | string[] = redirectUri) {
    const answer = await call('POST /api/v1/apps', {
      json: { client_name: 'Test app', redirect_uris: redirectUris, scopes },
    });
    const { client_id, client_secret } = RegisteredApp.parse(answer.body);
    return { client_id, client_secret };
  }

  /** Agrees as a script does, and gives back where the browser is sent. */
  async function authorize(query: Record<string, string>) {
    const asked = new URLSearchParams({
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: appScopes,
      auto: '1',
      ...query,
    });
    const answer = await call(`GET /oauth/authorize?${asked}`);
    return new URL(answer.headers.get('Location') ?? '', url);
  }

  const exchange = (fields: Record<string, string>) =>
    call('POST /oauth/token', {
      form: new URLSearchParams({ grant_type: 'authorization_code', redirect_uri: redirectUri, ...fields }),
    });

  async function signIn({ scope = appScopes, account = 'alice' } = {}) {
    const app = await registerApp(scope);
    const { searchParams } = await authorize({ client_id: app.client_id, scope, account });
    const answer = await exchange({ ...app, code: searchParams.get('code') ?? '' });
    return IssuedToken.parse(answer.body).access_token;
  }

  const post = (token: string, json: Record<string, unknown>, key?: string) =>
    call('POST /api/v1/statuses', { token, json, headers: key === undefined ? {} : { 'Idempotency-Key': key } });

  const posts = async () => PostList.parse((await call('GET /sandbox/posts')).body).items;
  const addFault = (fault: Record<string, unknown>) => call('POST /sandbox/faults', { json: fault });

  return { call, registerApp, authorize, exchange, signIn, post, posts, addFault };
}

type CallParts = {
  token?: string;
  json?: unknown;
  form?: URLSearchParams | FormData;
  headers?: Record<string, string>;
};

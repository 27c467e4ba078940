import { describe, expect, test } from 'vitest';
import { ApiProblem, type ClientOptions, clientNest, type Session } from '../../../clients/typescript/src/client.ts';
import { problem, scriptedApi } from './scripted-api.ts';

const teamId = 'team_01jdxb8ncye2ha5vvbz9fnzbzt';
const tokens = { accessToken: 'a2', refreshToken: 'r2', expiresIn: 3600, tokenType: 'Bearer' };
const session: Session = { accessToken: 'a1', refreshToken: 'r1', expiresAt: Date.now() + 3_600_000 };
const newPost = { text: 'hi', connectionIds: [] };
const made = { status: 201, body: { id: 'post_1' }, headers: { etag: '"1.x"' } };

function setup(options: Partial<ClientOptions>, ...script: Parameters<typeof scriptedApi>) {
  const { send, sent } = scriptedApi(...script);
  return { api: clientNest({ baseUrl: 'https://api.example/v1', fetch: send, ...options }), sent };
}

describe('a call', () => {
  test('goes out as the caller, for the team, with a key of its own', async () => {
    const { api, sent } = setup({ session, teamId }, made);
    const { data, response } = await api.POST('/posts', { body: newPost });
    expect([data.id, response.headers.get('etag')]).toEqual(['post_1', '"1.x"']);
    await api.POST('/posts', { body: newPost });
    expect(sent[0]).toMatchObject({
      operation: 'POST /v1/posts',
      headers: { authorization: 'Bearer a1', 'x-team-id': teamId, 'content-type': 'application/json' },
      body: JSON.stringify(newPost),
    });
    const keys = sent.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys).size).toBe(2);
  });

  test('keeps the key and the version that its caller gives', async () => {
    const { api, sent } = setup({ session, teamId }, made);
    await api.POST('/posts', { body: newPost, params: { header: { 'Idempotency-Key': 'mine' } } });
    const params = { path: { postId: 'post_1' }, header: { 'If-Match': '"1.x"' } };
    await api.PATCH('/posts/{postId}', { params, body: { text: 'ho' } });
    expect(sent[0]?.headers).toMatchObject({ 'idempotency-key': 'mine' });
    expect(sent[1]).toMatchObject({ operation: 'PATCH /v1/posts/post_1', headers: { 'if-match': '"1.x"' } });
    expect(sent[1]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('that needs no caller tells nothing of one', async () => {
    const { api, sent } = setup({ session, teamId }, { status: 200, body: { status: 'ok' } });
    await api.GET('/health');
    expect(sent[0]?.headers).not.toHaveProperty('authorization');
    expect(sent[0]?.headers).not.toHaveProperty('x-team-id');
  });

  test('of a program goes out with its API key', async () => {
    const { api, sent } = setup({ apiKey: 'cn_1', teamId }, problem(401, 'auth.token_expired'));
    await expect(api.GET('/posts')).rejects.toThrow(ApiProblem);
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer cn_1']);
  });

  test('goes out for another team when that was chosen', async () => {
    const { api, sent } = setup({ session, teamId }, { status: 200, body: { items: [], next: null } });
    api.useTeam('team_2');
    await api.GET('/posts', { params: { query: { limit: 5 } } });
    expect(sent[0]).toMatchObject({ headers: { 'x-team-id': 'team_2' } });
  });
});

describe('a refusal', () => {
  test('is thrown with its code, the fields and the request id', async () => {
    const errors = [{ path: 'body.text', code: 'input.missing_field', message: 'is needed' }];
    const refused = {
      status: 422,
      body: { code: 'input.missing_field', detail: 'The text is needed.', errors, requestId: 'r9' },
    };
    const { api } = setup({ session, teamId }, { ...refused, headers: { 'content-type': 'application/problem+json' } });
    const error = await api.POST('/posts', { body: newPost }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({
      status: 422,
      code: 'input.missing_field',
      message: 'The text is needed.',
      errors,
      requestId: 'r9',
    });
  });

  test('of the gateway has a status only', async () => {
    const { api } = setup({}, { status: 401, body: { message: 'Unauthorized' } });
    await expect(api.GET('/me')).rejects.toMatchObject({ status: 401, code: undefined, errors: [] });
  });

  test('tells how long to wait', async () => {
    const { api } = setup({ session }, problem(429, 'limit.requests_exceeded', { 'retry-after': '7200' }));
    await expect(api.GET('/me')).rejects.toMatchObject({ retryAfterSeconds: 7200 });
  });
});

describe('an expired access token', () => {
  test('is renewed, and the request sent again with the same key', async () => {
    const told: unknown[] = [];
    const options = { session, teamId, onSession: (next: unknown) => told.push(next) };
    const { api, sent } = setup(options, problem(401, 'auth.token_expired'), { status: 200, body: tokens }, made);
    await api.POST('/posts', { body: newPost });
    expect(sent.map(({ operation }) => operation)).toEqual([
      'POST /v1/posts',
      'POST /v1/auth/refresh',
      'POST /v1/posts',
    ]);
    expect(sent[1]?.body).toBe('{"refreshToken":"r1"}');
    expect(sent[2]?.headers).toMatchObject({
      authorization: 'Bearer a2',
      'idempotency-key': sent[0]?.headers['idempotency-key'],
    });
    expect(sent[2]?.body).toBe(sent[0]?.body);
    expect(told).toMatchObject([{ accessToken: 'a2', refreshToken: 'r2' }]);
  });

  test('that cannot be renewed ends the session', async () => {
    const over = problem(401, 'auth.refresh_token_invalid');
    const { api } = setup({ session }, problem(401, 'auth.token_expired'), over);
    await expect(api.GET('/me')).rejects.toMatchObject({ code: 'auth.refresh_token_invalid' });
    expect(api.session()).toBeUndefined();
  });
});

describe('signing in', () => {
  const credentials = { email: 'ada@example.com', password: 'a long pass phrase' };
  const challenge = { status: 200, body: { challenge: 'totp', session: 's1' } };

  test('begins a session', async () => {
    const { api, sent } = setup({}, { status: 200, body: tokens });
    await api.signIn(credentials);
    await api.GET('/me');
    expect(api.session()).toMatchObject({ accessToken: 'a2', refreshToken: 'r2' });
    expect(sent[1]?.headers).toMatchObject({ authorization: 'Bearer a2' });
  });

  test('asks for the code of the authenticator app where there is one', async () => {
    const { api, sent } = setup({}, challenge, { status: 200, body: tokens });
    await api.signIn(credentials, async () => '123456');
    expect(sent[1]).toMatchObject({
      operation: 'POST /v1/auth/login/mfa',
      body: JSON.stringify({ email: credentials.email, session: 's1', code: '123456' }),
    });
    expect(api.session()).toMatchObject({ accessToken: 'a2' });
  });

  test('says what is missing when nobody can be asked for that code', async () => {
    const { api } = setup({}, challenge);
    await expect(api.signIn(credentials)).rejects.toThrow('authenticator app');
  });

  test('out ends the session here and there', async () => {
    const { api, sent } = setup({ session }, { status: 204 });
    await api.signOut();
    expect(api.session()).toBeUndefined();
    expect(sent).toMatchObject([{ operation: 'POST /v1/auth/logout', body: '{"refreshToken":"r1"}' }]);
    await api.signOut();
    expect(sent).toHaveLength(1);
  });
});

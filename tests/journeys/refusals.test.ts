import { beforeAll, describe, expect, test } from 'vitest';
import { Post } from '../../functions/posts/contract.ts';
import { type Account, addresses, api, connectBluesky, newAccount, password } from '../support/journey.ts';

let ada: Account;
let eve: Account;
let connectionId: string;

beforeAll(async () => {
  [ada, eve] = await Promise.all([newAccount('Ada'), newAccount('Eve')]);
  connectionId = (await connectBluesky(ada)).id;
}, 120_000);

const later = () => new Date(Date.now() + 3_600_000).toISOString();
const listed = async (account: Account, list: string) => (await api.call(`GET /${list}`, account)).body;

describe('bad posts', () => {
  test.each([
    ['a naive time', () => ({ publishAt: '2040-01-01T12:00:00' }), 422, 'input.naive_time'],
    ['a time in the past', () => ({ publishAt: '2020-01-01T12:00:00Z' }), 422, 'post.in_past'],
    ['an unknown field', () => ({ publishat: later() }), 422, 'input.unknown_field'],
    [
      'a text too long for its target',
      () => ({ text: 'x'.repeat(301), publishAt: later() }),
      422,
      'post.text_too_long',
    ],
    ['no text', () => ({ text: undefined }), 422, 'input.missing_field'],
  ])('%s is refused and stores nothing', async (_, wrong, status, code) => {
    const body = { text: 'hi', connectionIds: [connectionId], ...wrong() };
    expect(await api.call('POST /posts', { ...ada, body })).toMatchObject({ status, body: { code, status } });
    expect(await listed(ada, 'posts')).toEqual({ items: [], next: null });
  });

  test('a body that is not JSON', async () => {
    const headers = {
      authorization: `Bearer ${ada.token}`,
      'x-team-id': ada.teamId,
      'content-type': 'application/json',
    };
    const response = await fetch(`${addresses.api}/v1/posts`, { method: 'POST', headers, body: '{"text"' });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ code: 'input.not_json', requestId: expect.any(String) });
  });

  test("another team's connection and post", async () => {
    const body = { text: 'hi', connectionIds: [connectionId] };
    expect(await api.call('POST /posts', { ...eve, body })).toMatchObject({
      status: 404,
      body: { code: 'connection.not_found' },
    });
    const { id } = await api.get(Post, 'POST /posts', { ...ada, body });
    for (const call of [
      `GET /posts/${id}`,
      `DELETE /posts/${id}`,
      `POST /posts/${id}/publish`,
      `GET /posts/${id}/metrics`,
    ])
      expect(await api.call(call, eve)).toMatchObject({ status: 404, body: { code: 'post.not_found' } });
    expect(await api.call(`GET /connections/${connectionId}`, eve)).toMatchObject({ status: 404 });
    expect(await api.call(`DELETE /posts/${id}`, ada)).toMatchObject({ status: 204 });
  });

  test('a changed cursor', async () => {
    expect(await api.call('GET /posts?cursor=AAAA', ada)).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    });
  });
});

describe('bad callers', () => {
  test("somebody else's team", async () => {
    const answer = await api.call('GET /posts', { ...eve, teamId: ada.teamId });
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.not_a_member' } });
  });

  test('a forged token, and none', async () => {
    const [head, body] = ada.token.split('.');
    const forged = `${head}.${body}.${'A'.repeat(342)}`;
    expect(await api.call('GET /me', { token: forged })).toMatchObject({
      status: 401,
      body: { code: 'auth.token_invalid' },
    });
    expect(await api.call('GET /me')).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(await api.call('GET /posts', { token: ada.token })).toMatchObject({ status: 401 });
  });

  test('a wrong code, a wrong password, a known e-mail', async () => {
    const email = `new.${crypto.randomUUID()}@example.com`;
    const registration = { email, password, name: 'New' };
    await api.call('POST /auth/register', { body: registration });
    const confirm = await api.call('POST /auth/confirm', { body: { email, code: '000000' } });
    expect(confirm).toMatchObject({ status: 422, body: { code: 'auth.code_wrong' } });
    const early = await api.call('POST /auth/login', { body: { email, password } });
    expect(early).toMatchObject({ status: 403, body: { code: 'auth.not_confirmed' } });
    const wrong = await api.call('POST /auth/login', { body: { email: ada.email, password: 'not the pass phrase' } });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'auth.credentials_wrong' } });
    const again = await api.call('POST /auth/register', { body: { ...registration, email: ada.email } });
    expect(again).toMatchObject({ status: 409, body: { code: 'auth.email_taken' } });
  });

  test('an unknown time zone', async () => {
    const body = { email: `zone.${crypto.randomUUID()}@example.com`, password, name: 'Zoe', timeZone: 'Mars/Olympus' };
    const answer = await api.call('POST /auth/register', { body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'input.unknown_time_zone' } });
  });
});

describe('bad connections', () => {
  test('an unknown state, a wrong code, a used state', async () => {
    const connect = (state: string, code: string) =>
      api.call('POST /connections', { ...ada, body: { platform: 'mastodon', state, code } });
    expect(await connect('unknown', 'x')).toMatchObject({ status: 422, body: { code: 'connection.state_unknown' } });
    const body = { platform: 'mastodon', server: addresses.mastodon, redirectUri: 'http://localhost:3000/' };
    const begun = await api.call('POST /connections/authorize', { ...ada, body });
    const { state } = begun.body as { state: string };
    expect(await connect(state, 'wrong')).toMatchObject({ status: 422, body: { code: 'connection.code_refused' } });
    expect(await connect(state, 'wrong')).toMatchObject({ status: 422, body: { code: 'connection.state_unknown' } });
  });

  test('the same account twice names the first', async () => {
    const identifier = `${crypto.randomUUID().slice(0, 12)}.test`;
    const first = await connectBluesky(eve, { identifier });
    const body = { platform: 'bluesky', server: addresses.bluesky, identifier, appPassword: 'app-pass' };
    const answer = await api.call('POST /connections', { ...eve, body });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'connection.already_exists', detail: expect.stringContaining(first.id) },
    });
  });

  test('a wrong app password', async () => {
    const body = { platform: 'bluesky', server: addresses.bluesky, identifier: 'alice.test', appPassword: 'wrong' };
    const answer = await api.call('POST /connections', { ...eve, body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'connection.credentials_wrong' } });
  });
});

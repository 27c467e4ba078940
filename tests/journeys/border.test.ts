import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { AuditEntry } from '../../functions/audit/contract.ts';
import { Readiness } from '../../functions/operations/contract.ts';
import { Post } from '../../functions/posts/contract.ts';
import { pageOf } from '../../functions/runtime/shapes.ts';
import { ApiKey } from '../../functions/teams/contract.ts';
import { httpClient } from '../requests/http-client.ts';
import { type Account, api, fault, faultsToCome, newAccount } from '../support/journey.ts';
import { ownPlatforms } from '../support/own-platforms.ts';
import { documentsOf } from '../support/stored-rows.ts';

const { api: apiUrl, table } = inject('stack');
const platforms = ownPlatforms();
const sendRaw = httpClient(apiUrl);
const AuditLog = pageOf(AuditEntry);
const Code = z.object({ code: z.string() });

let ada: Account;
beforeAll(async () => {
  ada = await newAccount();
}, 120_000);

type Extra = { headers?: Record<string, string>; body?: unknown };

/** A request with its headers, for the headers of its answer. */
function send({ token, teamId }: Account, route: string, { headers, body }: Extra = {}) {
  const [method = '', path = ''] = route.split(' ');
  const caller = { authorization: `Bearer ${token}`, 'x-team-id': teamId, 'content-type': 'application/json' };
  const text = body === undefined ? undefined : JSON.stringify(body);
  return sendRaw({ method, path: `/v1${path}`, headers: { ...caller, ...headers }, body: text });
}

const draft = (text = 'Border') => ({ text, connectionIds: [] });
const newPost = (text?: string) => api.get(Post, 'POST /posts', { ...ada, body: draft(text) });
const refused = (status: number, code: string) => ({ status, body: { code } });

describe('limits', () => {
  test('are told with every answer, of the plan and of the key', async () => {
    const { headers } = await send(ada, 'GET /posts');
    expect(headers.get('ratelimit-policy')).toBe('"hour";q=5000;w=3600, "day";q=100000;w=86400');
    expect(headers.get('ratelimit')).toMatch(/^"hour";r=\d+;t=\d+, "day";r=\d+;t=\d+$/);
    expect(headers.get('retry-after')).toBeNull();
  });

  test('end with 429, and when to come back', async () => {
    const body = { name: 'Slow', scopes: ['posts:read'], requestsPerHour: 2 };
    const made = await api.get(ApiKey.extend({ secret: z.string() }), 'POST /api-keys', { ...ada, body });
    const key = { ...ada, token: made.secret };
    const answers = [await send(key, 'GET /posts'), await send(key, 'GET /posts'), await send(key, 'GET /posts')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers.map(({ headers }) => /"key";r=(\d)/.exec(headers.get('ratelimit') ?? '')?.[1])).toEqual([
      '1',
      '0',
      '0',
    ]);
    const [, , last] = answers;
    expect(last).toMatchObject({ body: { code: 'limit.requests_exceeded', detail: expect.stringMatching(/\d+ sec/) } });
    const seconds = Number(last?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(1800);
    // The key is used up, the team is not.
    expect(await send(ada, 'GET /posts')).toMatchObject({ status: 200 });
  });
});

describe('an Idempotency-Key', () => {
  test('makes a POST once, and is good for no other', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const post = (body: object) => send(ada, 'POST /posts', { headers, body });
    const text = `Once ${crypto.randomUUID()}`;
    const [first, again] = [await post(draft(text)), await post(draft(text))];
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    const listed = await api.get(pageOf(Post), 'GET /posts?limit=100', ada);
    expect(listed.items.filter((one) => one.text === text)).toHaveLength(1);
    expect(await post(draft('other'))).toMatchObject(refused(422, 'idempotency.key_reused'));
    expect(await send(ada, 'POST /posts', { headers: { 'idempotency-key': '' }, body: draft() })).toMatchObject(
      refused(400, 'idempotency.key_invalid'),
    );
  });

  test('is refused while its first request runs, and then replayed', async () => {
    const { mastodon } = platforms;
    await fault(mastodon, { kind: 'delay', operation: 'POST /api/v1/apps', delayMs: 4_000 });
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const body = { platform: 'mastodon', server: mastodon, redirectUri: 'http://localhost:3000/' };
    const authorize = () => send(ada, 'POST /connections/authorize', { headers, body });
    const first = authorize();
    // The server has the first request, and does not answer yet.
    await expect.poll(() => faultsToCome(mastodon), { timeout: 20_000, interval: 20 }).toEqual([]);
    expect(await authorize()).toMatchObject(refused(409, 'idempotency.in_progress'));
    const { status, text } = await first;
    expect(status).toBe(200);
    const replay = await authorize();
    expect([replay.status, replay.text, replay.headers.get('idempotent-replayed')]).toEqual([200, text, 'true']);
  });
});

describe('entity tags', () => {
  test('spare a read that would bring nothing new', async () => {
    const { id } = await newPost();
    const read = (headers = {}) => send(ada, `GET /posts/${id}`, { headers });
    const etag = (await read()).headers.get('etag') ?? '';
    const current = await read({ 'if-none-match': etag });
    expect([current.status, current.text, current.headers.get('etag')]).toEqual([304, '', etag]);
    await send(ada, `PATCH /posts/${id}`, { body: { text: 'Changed' } });
    const changed = await read({ 'if-none-match': etag });
    expect(changed).toMatchObject({ status: 200, body: { text: 'Changed' } });
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  test('let only one of two changes of the same version through', async () => {
    const { id } = await newPost();
    const etag = (await send(ada, `GET /posts/${id}`)).headers.get('etag') ?? '';
    const headers = { 'if-match': etag };
    const changes = await Promise.all(
      ['one', 'two'].map((text) => send(ada, `PATCH /posts/${id}`, { headers, body: { text } })),
    );
    const [good, bad] = changes.toSorted((one, other) => one.status - other.status);
    expect(good).toMatchObject({ status: 200 });
    // Who loses by a hair is told that the post is being changed; whoever comes later, that it was.
    expect(['version.changed', 'post.locked']).toContain(Code.parse(bad?.body).code);
    const late = send(ada, `PATCH /posts/${id}`, { headers, body: { text: 'three' } });
    expect(await late).toMatchObject(refused(412, 'version.changed'));
    expect(await send(ada, `DELETE /posts/${id}`, { headers })).toMatchObject(refused(412, 'version.changed'));
    expect((await send(ada, `GET /posts/${id}`)).text).toBe(good?.text);
  });
});

describe('the audit log', () => {
  test('has what was done and what was refused, in a chain that shows when it was changed', async () => {
    const account = await newAccount();
    const { id } = await api.get(Post, 'POST /posts', { ...account, body: draft() });
    const done = await send(account, `DELETE /posts/${id}`);
    const gone = await send(account, `DELETE /posts/${id}`);
    expect([done.status, gone.status]).toEqual([204, 404]);
    const log = async () => (await api.get(AuditLog, `GET /audit-log?target=${id}`, account)).items;
    await expect.poll(async () => (await log()).length, { timeout: 20_000 }).toBe(2);
    const shown = (await log()).map(({ requestId, outcome }) => [requestId, outcome]);
    expect(shown).toContainEqual([done.headers.get('x-request-id'), 'done']);
    expect(shown).toContainEqual([gone.headers.get('x-request-id'), 'post.not_found']);
    expect(await log()).toMatchObject([
      { action: 'post.deleted', target: id, via: 'session', address: expect.any(String) },
      { action: 'post.deleted', target: id, via: 'session', address: expect.any(String) },
    ]);
    const verify = () => api.call('POST /audit-log/verify', { ...account, body: {} });
    expect(await verify()).toEqual({ status: 200, body: { intact: true, checked: 2, problem: null, next: null } });
    await changeBehindItsBack(account.teamId);
    expect(await verify()).toMatchObject({ body: { intact: false, problem: { sequence: 2, kind: 'changed' } } });
  });

  /** What somebody with a hand in the table would do. */
  const changeBehindItsBack = (teamId: string) =>
    documentsOf(table).send(
      new UpdateCommand({
        TableName: table.tableName,
        Key: { pk: `TEAM#${teamId}#AUDIT`, sk: `ENTRY#${'2'.padStart(12, '0')}` },
        UpdateExpression: 'SET outcome = :outcome',
        ExpressionAttributeValues: { ':outcome': 'done, by somebody else' },
      }),
    );
});

describe('health', () => {
  test('is answered at once, and readiness with the state of each part', async () => {
    expect(await api.call('GET /health')).toEqual({ status: 200, body: { status: 'ok' } });
    const { status, dependencies } = await api.get(Readiness, 'GET /health/ready');
    expect(status).toBe('ready');
    expect(dependencies).toEqual(
      ['table', 'queue', 'events', 'users'].map((name) => ({ name, state: 'ok', ms: expect.any(Number) })),
    );
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMastodon } from '../../local/platforms/mastodon/start-mastodon.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { type Connections, callbackAddress, consented, freshConnections } from '../support/connections.ts';
import { admin, otherTeamId } from '../support/request.ts';
import { comeBack } from '../support/sandbox.ts';

let mastodon: Sandbox;
beforeAll(async () => {
  mastodon = await startMastodon({ rateLimit: 'off' });
});
afterAll(() => mastodon.stop());

const returnTo = 'https://app.example.com/connected?tab=accounts';
const stateUnknown = { status: 422, body: { code: 'connection.state_unknown' } };
const noon = new Date('2030-01-01T12:00:00Z');

/** A consent that comes back to us. */
async function begun(all: Connections, changes: object = {}) {
  const { status, body } = await all.authorize({ platform: 'mastodon', server: mastodon.url, returnTo, ...changes });
  expect(status).toBe(200);
  return { url: new URL(body.authorizationUrl), state: String(body.state) };
}

/** What the platform adds to our address when the user agrees. */
async function agreed(all: Connections) {
  const { url, state } = await begun(all);
  return { state, answer: await comeBack(url.href) };
}

/** The frontend's address as the browser is sent on to it. */
function sentOn(reply: Awaited<ReturnType<Connections['receive']>>) {
  expect(reply).toMatchObject({ status: 303, body: undefined });
  const url = new URL(String(reply.headers?.location));
  return { page: url.origin + url.pathname, ...Object.fromEntries(url.searchParams) };
}

async function received(all: Connections) {
  const { state, answer } = await agreed(all);
  const { ticket = '' } = sentOn(await all.receive(answer)) as { ticket?: string };
  return { code: answer.code ?? '', body: { platform: 'mastodon', state, ticket } };
}

describe('POST /connections/authorize with returnTo', () => {
  test('has the platform send the user back to us', async () => {
    const { url, state } = await begun(await freshConnections());
    expect(url.searchParams.get('redirect_uri')).toBe(callbackAddress);
    expect(url.searchParams.get('state')).toBe(state);
    expect(state).toMatch(new RegExp(`^${admin.teamId}\\.[\\w-]{43}$`));
  });

  test.each([
    'https://evil.example/connected',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://user:pass@app.example.com/',
    'https://app.example.com:8443/',
    'http://app.example.com/connected',
    'http://localhost:3001/',
    'https://app.example.com/#connected',
    'javascript:alert(1)',
    'data:text/html,hello',
  ])('refuses %s, and stores nothing', async (address) => {
    const { authorize, table } = await freshConnections();
    const reply = await authorize({ platform: 'mastodon', server: mastodon.url, returnTo: address });
    expect(reply).toMatchObject({ status: 422, body: { code: 'connection.return_refused' } });
    expect(reply.body.errors).toMatchObject([{ path: 'body.returnTo' }]);
    expect(await table.rows()).toEqual([]);
  });

  test('takes any private address where any origin is known, and no other', async () => {
    const all = await freshConnections();
    all.tools.callback = { ...all.tools.callback, origins: ['*'] };
    await begun(all, { returnTo: 'http://localhost:5173/' });
    const reply = await all.authorize({ platform: 'mastodon', server: mastodon.url, returnTo: 'javascript:alert(1)' });
    expect(reply).toMatchObject({ status: 422, body: { code: 'connection.return_refused' } });
  });

  test('takes no redirectUri along with it', async () => {
    const { authorize } = await freshConnections();
    const body = { platform: 'mastodon', server: mastodon.url, returnTo, redirectUri: 'https://app.example.com/' };
    expect(await authorize(body)).toMatchObject({ status: 422, body: { code: 'input.unknown_field' } });
  });
});

describe('GET /connections/callback', () => {
  test('sends the user on, and the frontend finishes', async () => {
    const all = await freshConnections();
    const { state, answer } = await agreed(all);
    const { ticket, ...rest } = sentOn(await all.receive(answer)) as Record<string, string>;
    expect(rest).toEqual({ page: 'https://app.example.com/connected', tab: 'accounts', state });
    expect(ticket).toMatch(/^[\w-]{43}$/);
    expect(await all.create({ platform: 'mastodon', state, ticket })).toMatchObject({
      status: 201,
      body: { platform: 'mastodon', accountName: `@alice@${new URL(mastodon.url).host}` },
    });
  });

  test('connects nothing by itself, and keeps neither code nor ticket in the clear', async () => {
    const all = await freshConnections();
    const { code, body } = await received(all);
    const rows = await all.table.rows();
    expect(rows.map(({ entity }) => entity).toSorted()).toEqual(['app', 'authState']);
    for (const secret of [code, body.ticket]) expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test('tells nobody the code, nor where the browser was', async () => {
    const all = await freshConnections();
    const { answer } = await agreed(all);
    const reply = await all.receive(answer);
    expect(JSON.stringify(reply)).not.toContain(answer.code);
    expect(reply.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  });

  test('bears what platforms add to the address', async () => {
    const all = await freshConnections();
    const { answer } = await agreed(all);
    const reply = await all.receive({
      ...answer,
      scope: 'read write',
      authuser: '0',
      returnTo: 'https://evil.example/',
    });
    expect(sentOn(reply)).toMatchObject({ page: 'https://app.example.com/connected', tab: 'accounts' });
  });

  test('takes an answer once, even at the same time', async () => {
    const all = await freshConnections();
    const { answer } = await agreed(all);
    const replies = await Promise.all([all.receive(answer), all.receive(answer)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([303, 422]);
    expect(await all.receive({ ...answer, code: 'another' })).toMatchObject(stateUnknown);
  });

  test.each([
    ['access_denied', 'access_denied'],
    ['user_cancelled_login', 'access_denied'],
    ['server_error', 'platform_unavailable'],
    ['invalid_scope', 'consent_failed'],
    ['__proto__', 'consent_failed'],
  ])('says that there is no consent: %s is %s', async (theirs, ours) => {
    const all = await freshConnections();
    const { state } = await begun(all);
    const refusal = { state, error: theirs, error_description: 'The user said <b>no</b>' };
    expect(sentOn(await all.receive(refusal))).toEqual({
      page: 'https://app.example.com/connected',
      tab: 'accounts',
      state,
      error: ours,
    });
    expect(await all.receive({ state, code: 'late' })).toMatchObject(stateUnknown);
    expect(await all.create({ platform: 'mastodon', state, ticket: 'none' })).toMatchObject(stateUnknown);
  });

  test('takes an error for what it is, code or not', async () => {
    const all = await freshConnections();
    const { answer } = await agreed(all);
    expect(sentOn(await all.receive({ ...answer, error: 'access_denied' }))).toMatchObject({ error: 'access_denied' });
  });

  test('knows no state but those of consents that come back here', async () => {
    const all = await freshConnections();
    const direct = await consented(all, mastodon.url);
    const { state } = await begun(all);
    const [, secret = ''] = state.split('.');
    const others = ['unknown', direct.state, secret, `${otherTeamId}.${secret}`, `${admin.teamId}.`, `${state}x`];
    for (const other of others) {
      const reply = await all.receive({ state: other, code: 'c', returnTo: 'https://evil.example/' });
      expect(reply).toMatchObject(stateUnknown);
      expect(reply.headers).not.toHaveProperty('location');
    }
  });

  test('comes too late after ten minutes', async () => {
    let at = noon;
    const all = await freshConnections({ now: () => at });
    const { answer } = await agreed(all);
    at = new Date('2030-01-01T12:10:01Z');
    expect(await all.receive(answer)).toMatchObject(stateUnknown);
  });

  test.each([
    ['no state', { code: 'c' }, 'input.missing_field'],
    ['neither code nor error', {}, 'connection.answer_empty'],
    ['an empty code', { code: '' }, 'input.invalid'],
    ['a code that is too long', { code: 'c'.repeat(2049) }, 'input.invalid'],
    ['a code of other signs', { code: 'é' }, 'input.invalid'],
    ['a state that is too long', { state: 's'.repeat(257), code: 'c' }, 'input.invalid'],
    ['an error that is too long', { error: 'e'.repeat(257) }, 'input.invalid'],
    ['words that are too long', { error: 'e', error_description: 'd'.repeat(2049) }, 'input.invalid'],
    ['an issuer that is no address', { code: 'c', iss: 'somebody' }, 'input.invalid'],
    ['an issuer that is too long', { code: 'c', iss: `https://${'i'.repeat(250)}.example` }, 'input.invalid'],
  ])('refuses %s, which leaves all as it was', async (what, query, code) => {
    const all = await freshConnections();
    const { state, answer } = await agreed(all);
    const before = await all.table.rows();
    const given: Record<string, string> = { ...(what !== 'no state' && { state }), ...query };
    expect(await all.receive(given)).toMatchObject({ status: 422, body: { code } });
    expect(await all.table.rows()).toEqual(before);
    expect(await all.receive(answer)).toMatchObject({ status: 303 });
  });

  test('seals a code of any length that it takes', async () => {
    const all = await freshConnections();
    const { state } = await begun(all);
    expect(await all.receive({ state, code: '"'.repeat(2048) })).toMatchObject({ status: 303 });
  });
});

describe('POST /connections with a ticket', () => {
  test.each([
    ['of another team', { ...admin, teamId: otherTeamId }],
    ['of another user of the team', { ...admin, userId: 'user_01jdxb8ncye2ha5vvbz9fnzbzv' }],
  ])('refuses the state %s, which stays good', async (_, caller) => {
    const all = await freshConnections();
    const { body } = await received(all);
    expect(await all.create(body, caller)).toMatchObject(stateUnknown);
    expect(await all.create(body)).toMatchObject({ status: 201 });
  });

  // Who began a consent and had somebody else agree to it knows the state, but never sees the ticket.
  test('refuses whoever knows the state alone', async () => {
    const all = await freshConnections();
    const { code, body } = await received(all);
    const { ticket: _, ...withoutTicket } = body;
    expect(await all.create(withoutTicket)).toMatchObject({ status: 422, body: { code: 'input.missing_field' } });
    expect(await all.create({ ...body, ticket: 'guessed' })).toMatchObject(stateUnknown);
    expect(await all.create({ ...withoutTicket, code })).toMatchObject(stateUnknown);
    expect(await all.create(body)).toMatchObject({ status: 201 });
  });

  test('has nothing before the user comes back', async () => {
    const all = await freshConnections();
    const { state, answer } = await agreed(all);
    expect(await all.create({ platform: 'mastodon', state, ticket: 'early' })).toMatchObject(stateUnknown);
    expect(await all.create({ platform: 'mastodon', state, code: answer.code })).toMatchObject(stateUnknown);
    expect(await all.receive(answer)).toMatchObject({ status: 303 });
  });

  test('takes it once, even at the same time', async () => {
    const all = await freshConnections();
    const { body } = await received(all);
    const replies = await Promise.all([all.create(body), all.create(body)]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 422]);
  });

  test('refuses it on another platform, and once ten minutes are over', async () => {
    let at = noon;
    const all = await freshConnections({ now: () => at });
    const { body } = await received(all);
    expect(await all.create({ ...body, platform: 'x' })).toMatchObject(stateUnknown);
    at = new Date('2030-01-01T12:10:01Z');
    expect(await all.create(body)).toMatchObject(stateUnknown);
  });

  test('says when the platform does not take the code that came back', async () => {
    const all = await freshConnections();
    const { state } = await begun(all);
    const { ticket } = sentOn(await all.receive({ state, code: 'wrong' })) as { ticket?: string };
    expect(await all.create({ platform: 'mastodon', state, ticket })).toMatchObject({
      status: 422,
      body: { code: 'connection.code_refused' },
    });
  });
});

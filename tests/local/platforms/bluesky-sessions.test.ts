import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { blueskySandbox, Session } from './bluesky-client.ts';

const Claims = z.object({ scope: z.string(), sub: z.string(), iat: z.int(), exp: z.int() });
const claimsOf = (jwt: string) =>
  Claims.parse(JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()));

const expired = (message: string) => ({ status: 400, body: { error: 'ExpiredToken', message } });

async function clockedSandbox(start = '2030-01-01T00:00:00Z') {
  let now = new Date(start);
  const sandbox = await blueskySandbox({ now: () => now });
  const getSession = (token: string) => sandbox.query('com.atproto.server.getSession', {}, token);
  const refresh = (token: string) => sandbox.procedure('com.atproto.server.refreshSession', { token });
  return {
    ...sandbox,
    getSession,
    refresh,
    setTime: (time: string) => {
      now = new Date(time);
    },
  };
}

describe('com.atproto.server.createSession', () => {
  test('signs a seeded account in and names its own address as the data server', async () => {
    const { login, url } = await blueskySandbox();
    const answer = await login('alice.test');
    expect(answer).toMatchObject({
      status: 200,
      body: {
        handle: 'alice.test',
        active: true,
        didDoc: {
          alsoKnownAs: ['at://alice.test'],
          service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: url }],
        },
      },
    });
    const { accessJwt, did } = Session.parse(answer.body);
    const { scope, sub, iat, exp } = claimsOf(accessJwt);
    expect({ scope, sub, life: exp - iat }).toEqual({ scope: 'com.atproto.appPass', sub: did, life: 7200 });
  });

  test('takes a DID or an email address as well as a handle', async () => {
    const { login, signIn } = await blueskySandbox();
    const { did } = await signIn('bob.test');
    for (const name of [did, 'bob@example.com', 'Bob.test']) {
      expect(await login(name)).toMatchObject({ status: 200, body: { did } });
    }
  });

  test('lets any handle of this server in with the sandbox password', async () => {
    const { login, query } = await blueskySandbox();
    expect(await query('com.atproto.identity.resolveHandle', { handle: 'carol.test' })).toMatchObject({ status: 400 });
    expect(await login('carol.test')).toMatchObject({ status: 200, body: { handle: 'carol.test' } });
    expect(await query('com.atproto.identity.resolveHandle', { handle: 'carol.test' })).toMatchObject({ status: 200 });
  });

  test.each([
    ['a wrong password', 'alice.test', 'nope'],
    ['a handle of another server', 'alice.example', 'app-pass'],
  ])('refuses %s', async (_, identifier, password) => {
    const { login } = await blueskySandbox();
    expect(await login(identifier, password)).toMatchObject({
      status: 401,
      body: { error: 'AuthenticationRequired', message: 'Invalid identifier or password' },
    });
  });

  test('holds accounts to the password they were given', async () => {
    const { login } = await blueskySandbox({ accounts: [{ handle: 'zoe.test', password: 'secret' }] });
    expect((await login('zoe.test')).status).toBe(401);
    expect((await login('zoe.test', 'secret')).status).toBe(200);
  });

  test('refuses a body that is not what the lexicon says', async () => {
    const { procedure } = await blueskySandbox();
    const nsid = 'com.atproto.server.createSession';
    const invalid = { status: 400, body: { error: 'InvalidRequest' } };
    expect(await procedure(nsid, { json: { identifier: 'alice.test' } })).toMatchObject(invalid);
    expect(await procedure(nsid, {})).toMatchObject(invalid);
    const headers = { 'Content-Type': 'application/json' };
    expect(await procedure(nsid, { body: new TextEncoder().encode('{no'), headers })).toMatchObject({ status: 400 });
  });
});

describe('access tokens', () => {
  test('expire after two hours', async () => {
    const { signIn, getSession, setTime } = await clockedSandbox();
    const { accessJwt } = await signIn();
    setTime('2030-01-01T01:59:59Z');
    expect(await getSession(accessJwt)).toMatchObject({ status: 200, body: { handle: 'alice.test' } });
    setTime('2030-01-01T02:00:00Z');
    expect(await getSession(accessJwt)).toMatchObject(expired('Token has expired'));
  });

  test('that are missing, forged or of the wrong kind are refused', async () => {
    const { signIn, getSession, refresh, query } = await clockedSandbox();
    const { accessJwt, refreshJwt } = await signIn();
    const invalid = (message: string) => ({ status: 400, body: { error: 'InvalidToken', message } });
    expect(await query('com.atproto.server.getSession')).toMatchObject({ status: 401, body: { error: 'AuthMissing' } });
    expect(await getSession(`${accessJwt.slice(0, -3)}abc`)).toMatchObject(invalid('Token could not be verified'));
    expect(await getSession(refreshJwt)).toMatchObject(invalid('Invalid token type'));
    expect(await refresh(accessJwt)).toMatchObject(invalid('Invalid token type'));
  });
});

describe('com.atproto.server.refreshSession', () => {
  test('gives new tokens, and the same successor again while the used token has its grace', async () => {
    const { signIn, refresh, getSession, setTime } = await clockedSandbox();
    const { refreshJwt } = await signIn();
    const next = Session.parse((await refresh(refreshJwt)).body);
    expect(await getSession(next.accessJwt)).toMatchObject({ status: 200 });
    expect(Session.parse((await refresh(refreshJwt)).body).refreshJwt).toBe(next.refreshJwt);
    setTime('2030-01-01T02:00:00Z');
    expect(await refresh(refreshJwt)).toMatchObject(expired('Token has been revoked'));
    expect(await refresh(next.refreshJwt)).toMatchObject({ status: 200 });
  });

  test('ends with the refresh token, after ninety days', async () => {
    const { signIn, refresh, setTime } = await clockedSandbox();
    const { refreshJwt } = await signIn();
    setTime('2030-04-01T00:00:00Z');
    expect(await refresh(refreshJwt)).toMatchObject(expired('Token has expired'));
  });
});

test('com.atproto.server.deleteSession ends the refresh token', async () => {
  const { signIn, refresh, procedure } = await clockedSandbox();
  const { refreshJwt } = await signIn();
  expect((await procedure('com.atproto.server.deleteSession', { token: refreshJwt })).status).toBe(200);
  expect(await refresh(refreshJwt)).toMatchObject(expired('Token has been revoked'));
});

describe('expire_tokens', () => {
  test('leaves the session to be refreshed', async () => {
    const { signIn, refresh, getSession, control } = await clockedSandbox();
    const { accessJwt, refreshJwt } = await signIn();
    await control('POST', '/faults', { kind: 'expire_tokens', operation: 'com.atproto.server.getSession' });
    expect(await getSession(accessJwt)).toMatchObject(expired('Token has expired'));
    const fresh = Session.parse((await refresh(refreshJwt)).body);
    expect(await getSession(fresh.accessJwt)).toMatchObject({ status: 200 });
  });

  test('on refreshSession ends the session', async () => {
    const { signIn, refresh, control } = await clockedSandbox();
    const { refreshJwt } = await signIn();
    await control('POST', '/faults', { kind: 'expire_tokens', operation: 'com.atproto.server.refreshSession' });
    expect(await refresh(refreshJwt)).toMatchObject(expired('Token has been revoked'));
  });
});

test('what the sandbox does not speak needs a token and is then not implemented', async () => {
  const { query, signIn } = await blueskySandbox();
  expect(await query('app.bsky.feed.getTimeline')).toMatchObject({ status: 401, body: { error: 'AuthMissing' } });
  const { accessJwt } = await signIn();
  expect(await query('app.bsky.feed.getTimeline', {}, accessJwt)).toMatchObject({
    status: 501,
    body: { error: 'MethodNotImplemented' },
  });
});

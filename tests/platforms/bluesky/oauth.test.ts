import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlatformRefused } from '../../../functions/platforms/adapter.ts';
import { blueskyAccess } from '../../../functions/platforms/bluesky/access.ts';
import { blueskyAdapter } from '../../../functions/platforms/bluesky/adapter.ts';
import { blueskyOAuth } from '../../../functions/platforms/bluesky/oauth.ts';
import { newVerifier } from '../../../functions/platforms/oauth.ts';
import { localClient, localClientKey } from '../../../local/platforms/bluesky/local-client.ts';
import { startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import {
  type BlueskyClient,
  connectBlueskyByConsent,
  consentOf,
  startBlueskyClient,
} from '../../support/bluesky-client.ts';
import { keptAccount, redirectUri, sandboxControl } from '../../support/sandbox.ts';
import { type Answer, scriptedServer } from '../../support/scripted-server.ts';

let client: BlueskyClient;
let sandbox: Sandbox;
beforeAll(async () => {
  client = await startBlueskyClient();
  sandbox = await startBluesky({ rateLimits: 'off' });
});
afterAll(async () => {
  await sandbox.stop();
  await client.stop();
});

const refusedAs = (kind: string, words = '') =>
  expect.toSatisfy(
    (error) => error instanceof PlatformRefused && error.refusal.kind === kind && error.message.includes(words),
  );
const auth = (url = sandbox.url) => blueskyOAuth(client.callsTo(url));

async function begin(redirect = redirectUri) {
  const { server, account } = await auth().findServer('alice.test');
  const app = { server, redirectUri: redirect, ...client.current.credentials };
  const kept = { verifier: newVerifier(), sessionKey: await auth().newSessionKey() };
  return { app, account, kept, page: () => auth().authorizationUrl(app, { state: 's', account, ...kept }) };
}

describe('Bluesky: finding the server of an account', () => {
  const place = (id: unknown) => ({ server: sandbox.url, account: { id, name: 'alice.test' } });

  test('by its handle, with or without the sign before it, or by its DID', async () => {
    const found = await auth().findServer('alice.test');
    expect(found).toEqual(place(expect.stringMatching(/^did:plc:[a-z2-7]{24}$/)));
    expect(await auth().findServer('@Alice.test')).toMatchObject({ account: { id: found.account?.id } });
    const did = found.account?.id ?? '';
    expect(await auth().findServer(did)).toEqual({ server: sandbox.url, account: { id: did, name: did } });
  });

  test('by the address of its server, where anyone may sign in', async () => {
    expect(await auth().findServer(`${sandbox.url}/login`)).toEqual({ server: sandbox.url });
  });

  test.each(['nobody.test', 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', 'did:key:z6Mk', 'did:web:a/b', 'did:plc:../x'])(
    'is in vain for %s',
    async (identifier) => {
      await expect(auth().findServer(identifier)).rejects.toEqual(refusedAs('target_gone'));
    },
  );

  const did = 'did:plc:ada';
  const service = [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example' }];
  async function findWith(document: object, identifier = 'ada.test') {
    const server = await scriptedServer(({ path }): Answer => {
      if (path.includes('resolveHandle')) return { body: { did } };
      return { body: { id: did, alsoKnownAs: ['at://ada.test'], service, ...document } };
    });
    const error = await auth(server.url)
      .findServer(identifier)
      .catch((thrown) => thrown);
    await server.stop();
    return error;
  }

  // https://atproto.com/specs/handle: a handle counts when the account claims it, too.
  test('asks the account whether the handle is its own', async () => {
    expect(await findWith({ alsoKnownAs: ['at://eve.test'] })).toEqual(refusedAs('target_gone', 'claim'));
    expect(await findWith({ alsoKnownAs: [] })).toEqual(refusedAs('target_gone', 'claim'));
  });

  test('takes no document of another account, and none without a server', async () => {
    expect(await findWith({ id: 'did:plc:eve' })).toEqual(refusedAs('retry_later'));
    expect(await findWith({ service: [] })).toEqual(refusedAs('target_gone', 'no server'));
  });

  // https://atproto.com/specs/did: the document of a host lies on it; with a port only on one's own machine.
  test('finds accounts whose DID is that of a host', async () => {
    const host = await scriptedServer(() => ({
      body: { id: own, service: [{ ...service[0], serviceEndpoint: sandbox.url }] },
    }));
    const own = `did:web:localhost%3A${new URL(host.url).port}`;
    expect(await auth().findServer(own)).toEqual({ server: sandbox.url, account: { id: own, name: own } });
    expect(host.requests).toMatchObject([{ path: '/.well-known/did.json' }]);
    await host.stop();
  });

  test('waits for a server that has been asked too often', async () => {
    const busy = await scriptedServer(() => ({ status: 429, headers: { 'retry-after': '60' }, body: 'no' }));
    const { app, kept } = await begin();
    const asking = auth().authorizationUrl({ ...app, server: busy.url }, { state: 's', ...kept });
    await expect(asking).rejects.toMatchObject({ refusal: { kind: 'rate_limited', retryAt: expect.any(Date) } });
    await busy.stop();
  });

  test.each([
    ['no issuer of its own', { issuer: 'https://other.example' }],
    ['another profile of OAuth', { scopes_supported: ['openid'] }],
    ['no iss in its answers', { authorization_response_iss_parameter_supported: false }],
    ['a page that is no web address', { authorization_endpoint: 'javascript:alert(1)' }],
  ])('asks no server that has %s', async (_, changes) => {
    const server = await scriptedServer(() => ({
      body: {
        issuer: server.url,
        authorization_endpoint: `${server.url}/oauth/authorize`,
        scopes_supported: ['atproto'],
        authorization_response_iss_parameter_supported: true,
        ...changes,
      },
    }));
    const { app, kept } = await begin();
    const asking = auth().authorizationUrl({ ...app, server: server.url }, { state: 's', ...kept });
    await expect(asking).rejects.toEqual(refusedAs('retry_later'));
    await server.stop();
  });
});

describe('Bluesky: consent', () => {
  test('is asked for by a request that was pushed, and by nothing else in the address', async () => {
    const { page } = await begin();
    const { origin, pathname, searchParams } = new URL(await page());
    expect(origin + pathname).toBe(`${sandbox.url}/oauth/authorize`);
    expect([...searchParams.keys()]).toEqual(['client_id', 'request_uri']);
  });

  test('may only come back where our document says', async () => {
    const { page } = await begin('https://elsewhere.example/');
    await expect(page()).rejects.toEqual(refusedAs('content_rejected', 'redirect_uri'));
  });

  test('is not asked for where our key is not the one of our document', async () => {
    const { credentials } = client.current;
    const { page } = await begin();
    const [mine, others] = [credentials, localClient(credentials.clientId, [redirectUri], [localClientKey('other')])];
    const stranger = { ...client.apps, find: async () => others, api: client.callsTo(sandbox.url).apps.api };
    const { app, kept } = await begin();
    const asking = blueskyOAuth({ ...client.callsTo(sandbox.url), apps: stranger });
    await expect(asking.authorizationUrl(app, { state: 's', ...kept })).rejects.toEqual(refusedAs('retry_later'));
    expect(client.current.credentials).toBe(mine);
    expect(await page()).toContain('request_uri');
  });

  test('opens the account, once', async () => {
    const { app, account, kept, page } = await begin();
    const { code, issuer } = await consentOf(await page());
    const answer = { code, issuer, accountId: account?.id, ...kept };
    const grant = await auth().exchange(app, answer);
    expect(grant.scopes).toEqual(['atproto', 'transition:generic']);
    expect(await auth().listAccounts(app, grant)).toMatchObject([
      { accountKey: account?.id, accountId: account?.id, accountName: '@alice.test', server: sandbox.url },
    ]);
    await expect(auth().exchange(app, answer)).rejects.toEqual(refusedAs('reconnect'));
  });

  test('is asked for without a key by a client for development', async () => {
    const { credentials } = client.current;
    const scope = 'atproto transition:generic';
    const local = 'http://127.0.0.1:3000/connected';
    const clientId = `http://localhost/?${new URLSearchParams({ redirect_uri: local, scope })}`;
    client.current.credentials = localClient(clientId, [], []);
    const { app, account, kept, page } = await begin(local);
    const { code, issuer } = await consentOf(await page());
    const grant = await auth().exchange(app, { code, issuer, accountId: account?.id, ...kept });
    expect(await auth().listAccounts(app, grant)).toMatchObject([{ accountId: account?.id }]);
    client.current.credentials = credentials;
  });

  test.each([
    ['another server', { issuer: 'https://evil.example' }],
    ['a server that does not say who it is', { issuer: undefined }],
    ['another account than the one that was named', { accountId: 'did:plc:eve' }],
    ['another verifier', { verifier: newVerifier() }],
    ['nowhere', { code: 'guessed' }],
  ])('counts for nothing that comes from %s', async (_, changes) => {
    const { app, account, kept, page } = await begin();
    const { code, issuer } = await consentOf(await page());
    const answer = { code, issuer, accountId: account?.id, ...kept, ...changes };
    await expect(auth().exchange(app, answer)).rejects.toEqual(refusedAs('reconnect'));
  });

  test('counts for nothing with another key than it was asked with', async () => {
    const { app, kept, page } = await begin();
    const { code, issuer } = await consentOf(await page());
    const answer = { code, issuer, ...kept, sessionKey: await auth().newSessionKey() };
    await expect(auth().exchange(app, answer)).rejects.toEqual(refusedAs('reconnect'));
  });

  // Any server can hand out tokens for any `sub`; the account itself says which server may.
  test('counts for nothing from a server that the account does not name', async () => {
    const real = await auth().findServer('alice.test');
    const token = (changes: object) => ({
      access_token: 'a',
      token_type: 'DPoP',
      refresh_token: 'r',
      expires_in: 60,
      sub: real.account?.id,
      scope: 'atproto transition:generic',
      ...changes,
    });
    let answer: object = {};
    const evil = await scriptedServer(({ path }) => ({
      body: path.endsWith('/token')
        ? answer
        : {
            issuer: evil.url,
            authorization_endpoint: `${evil.url}/a`,
            token_endpoint: `${evil.url}/token`,
            scopes_supported: ['atproto'],
            authorization_response_iss_parameter_supported: true,
          },
    }));
    const { app, kept } = await begin();
    const exchange = (changes: object) => {
      answer = token(changes);
      return auth().exchange({ ...app, server: evil.url }, { code: 'c', issuer: evil.url, ...kept });
    };
    await expect(exchange({})).rejects.toEqual(refusedAs('reconnect', 'another server'));
    await expect(exchange({ scope: 'atproto' })).rejects.toEqual(refusedAs('reconnect', 'granted'));
    await expect(exchange({ sub: 'ada' })).rejects.toEqual(refusedAs('retry_later'));
    await expect(exchange({ token_type: 'Bearer' })).rejects.toEqual(refusedAs('retry_later'));
    await expect(exchange({ refresh_token: undefined })).rejects.toEqual(refusedAs('retry_later'));
    await evil.stop();
  });
});

describe('Bluesky: a session by consent', () => {
  const connected = () => connectBlueskyByConsent(client, sandbox.url);
  const access = () => blueskyAccess(client.callsTo(sandbox.url));
  const adapter = () => blueskyAdapter(client.callsTo(sandbox.url));
  const post = () => ({ text: 'Hello', handle: adapter().handleFor(new Date(), String(Math.random())) });
  const opened = (secret: string) => JSON.parse(secret);

  test('is renewed ahead of its end, saved before it is used, and keeps its key', async () => {
    const first = await connected();
    const secret = JSON.stringify({ ...opened(first.secret), expiresAt: new Date().toISOString() });
    const { account, saved } = keptAccount({ ...first, secret });
    expect(await adapter().publish(account, post())).toMatchObject({ kind: 'accepted' });
    expect(saved).toHaveLength(1);
    const { refreshToken, dpopKey } = opened(saved[0] ?? '');
    expect(refreshToken).not.toBe(opened(first.secret).refreshToken);
    expect(dpopKey).toEqual(opened(first.secret).dpopKey);
  });

  test('is lost when its refresh token comes a second time', async () => {
    const { account } = keptAccount(await connected());
    const copy = keptAccount({ ...account }).account;
    await access().refresh(account);
    await expect(access().refresh(copy)).rejects.toEqual(refusedAs('reconnect', 'replayed'));
    await expect(access().refresh(account)).rejects.toEqual(refusedAs('reconnect'));
  });

  test.each([
    ['error', 'retry_later'],
    ['malformed', 'retry_later'],
    ['drop_before', 'retry_later'],
  ] as const)('waits where it cannot be renewed for %s', async (kind, refusal) => {
    const { account, saved } = keptAccount(await connected());
    await sandboxControl(sandbox.url).fail({ operation: 'POST /oauth/token', kind });
    await expect(access().refresh(account)).rejects.toEqual(refusedAs(refusal));
    expect(saved).toEqual([]);
    await sandboxControl(sandbox.url).clear();
  });

  test('goes on with the key that it began with, as long as we have it', async () => {
    const { account } = keptAccount(await connected());
    const { credentials } = client.current;
    const has = (...keys: string[]) =>
      Object.assign(client.current, {
        credentials: localClient(credentials.clientId, [redirectUri], keys.map(localClientKey)),
      });
    has('new', 'local');
    await access().refresh(account);
    has('new');
    await expect(access().refresh(account)).rejects.toEqual(refusedAs('reconnect'));
    client.current.credentials = credentials;
  });

  test('ends when it is revoked', async () => {
    const { account } = keptAccount(await connected());
    await access().revoke(account);
    await expect(access().refresh(account)).rejects.toEqual(refusedAs('reconnect'));
    expect(await adapter().publish(account, post())).toMatchObject({ refusal: { kind: 'reconnect' } });
  });

  test('is due for renewal within weeks; one with an app password never is', async () => {
    const { secret } = await connected();
    const life = access().tokenLife(secret);
    expect(life?.isRenewable).toBe(true);
    const days = ((life?.expiresAt.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(20);
    expect(days).toBeLessThan(90);
    const password = { service: 's', appPassword: 'p', accessJwt: 'a', refreshJwt: 'r' };
    expect(access().tokenLife(JSON.stringify(password))).toBeUndefined();
  });

  test('is not renewed as that of another account', async () => {
    const first = await connected();
    const other = JSON.stringify({ ...opened(first.secret), did: 'did:plc:eve' });
    const { account, saved } = keptAccount({ ...first, secret: other });
    await expect(access().refresh(account)).rejects.toEqual(refusedAs('reconnect', 'another account'));
    expect(saved).toEqual([]);
  });

  // A server that never takes a proof: asked twice, and the token is not spent on it.
  test('asks no more than twice for a nonce', async () => {
    const first = await connected();
    const refusing = await scriptedServer(() => ({
      status: 401,
      headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n' },
      body: { error: 'use_dpop_nonce', message: 'nonce' },
    }));
    const { account, saved } = keptAccount({ ...first, server: refusing.url });
    expect(await adapter().publish(account, post())).toMatchObject({ kind: 'unknown' });
    expect(refusing.requests).toHaveLength(2);
    expect(refusing.requests[1]?.headers.authorization).toMatch(/^DPoP /);
    expect(saved).toEqual([]);
    await refusing.stop();
  });
});

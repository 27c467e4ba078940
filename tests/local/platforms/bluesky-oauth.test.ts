import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { consentOf } from '../../support/bluesky-client.ts';

let at = new Date();
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startBluesky({ rateLimits: 'off', now: () => at });
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  at = new Date();
});

// Proofs are made here by hand, so that they can be wrong (RFC 9449 §4.2).
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
type Key = { privateKey: KeyObject; publicKey: KeyObject };

function proofOf({ privateKey, publicKey }: Key, claims: object, header: object = {}): string {
  const jwk = publicKey.export({ format: 'jwk' });
  const whole = { jti: crypto.randomUUID(), iat: Math.floor(at.getTime() / 1000), ...claims };
  const signed = `${encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header })}.${encoded(whole)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

const redirectUri = 'http://127.0.0.1/callback';
const scope = 'atproto transition:generic';
const clientId = `http://localhost/?${new URLSearchParams({ redirect_uri: redirectUri, scope })}`;

const Answer = z.looseObject({
  request_uri: z.string().default(''),
  access_token: z.string().default(''),
  refresh_token: z.string().default(''),
});

function visitor() {
  const key = newKey();
  const verifier = crypto.randomUUID().repeat(2);
  let nonce: string | undefined;

  async function post(path: string, form: Record<string, string>, claims: object = {}, header: object = {}) {
    const url = `${sandbox.url}${path}`;
    const proof = proofOf(key, { htm: 'POST', htu: url, nonce, ...claims }, header);
    const body = new URLSearchParams({ client_id: clientId, ...form });
    const answer = await fetch(url, { method: 'POST', body, headers: { dpop: proof } });
    nonce = answer.headers.get('dpop-nonce') ?? nonce;
    return { status: answer.status, body: Answer.parse(await answer.json()), proof };
  }
  const asked = {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state: 's',
    code_challenge: hash(verifier),
    code_challenge_method: 'S256',
    login_hint: 'alice.test',
  };
  const exchanged = { grant_type: 'authorization_code', redirect_uri: redirectUri, code_verifier: verifier };

  return {
    post,
    asked,
    exchanged,
    forgetNonce: () => {
      nonce = undefined;
    },
    push: (changes: object = {}) => post('/oauth/par', { ...asked, ...changes }),
    /** Through the consent page to a code. */
    async code(): Promise<string> {
      await post('/oauth/par', {});
      const { body } = await post('/oauth/par', asked);
      const query = new URLSearchParams({ client_id: clientId, request_uri: body.request_uri });
      return (await consentOf(`${sandbox.url}/oauth/authorize?${query}`)).code;
    },
    async tokens(): Promise<z.infer<typeof Answer>> {
      const { body } = await post('/oauth/token', { ...exchanged, code: await this.code() });
      return body;
    },
    async session(token: string, claims: object = {}, as: Key = key) {
      const url = `${sandbox.url}/xrpc/com.atproto.server.getSession`;
      const whole = { htm: 'GET', htu: url, ath: hash(token), nonce, ...claims };
      const headers = { authorization: `DPoP ${token}`, dpop: proofOf(as, whole) };
      const answer = await fetch(url, { headers });
      return { status: answer.status, body: await answer.json(), says: answer.headers.get('www-authenticate') };
    },
  };
}

describe('the Bluesky sandbox, by OAuth', () => {
  test('gives tokens for a code, and the account for the tokens', async () => {
    const me = visitor();
    const given = await me.tokens();
    expect(given).toMatchObject({ token_type: 'DPoP', scope, sub: expect.stringMatching(/^did:plc:/) });
    expect(await me.session(given.access_token)).toMatchObject({ status: 200, body: { handle: 'alice.test' } });
  });

  test('shows who asks for what, and lets the user say no', async () => {
    const me = visitor();
    await me.push();
    const { body } = await me.push();
    const request = { client_id: clientId, request_uri: body.request_uri };
    const page = await (await fetch(`${sandbox.url}/oauth/authorize?${new URLSearchParams(request)}`)).text();
    expect(page).toContain('transition:generic');
    expect(page).toContain('value="alice.test"');
    const decide = (decision: string, account = 'alice.test') =>
      fetch(`${sandbox.url}/oauth/authorize`, {
        method: 'POST',
        body: new URLSearchParams({ ...request, decision, account }),
        redirect: 'manual',
      });
    expect(await decide('authorize', 'bob.test')).toMatchObject({ status: 400 });
    const denied = new URL((await decide('deny')).headers.get('location') ?? '');
    expect(Object.fromEntries(denied.searchParams)).toEqual({ iss: sandbox.url, state: 's', error: 'access_denied' });
    expect(await decide('authorize')).toMatchObject({ status: 400 });
  });

  test('wants its nonce, and a new one when that is old', async () => {
    const me = visitor();
    expect(await me.push()).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    expect(await me.push()).toMatchObject({ status: 201 });
    const you = visitor();
    const { access_token } = await you.tokens();
    you.forgetNonce();
    const refused = await you.session(access_token);
    expect(refused).toMatchObject({ status: 401, body: { error: 'use_dpop_nonce' } });
    expect(refused.says).toContain('error="use_dpop_nonce"');
    await you.post('/oauth/par', {}); // for a nonce
    at = new Date(at.getTime() + 300_000);
    expect(await you.session(access_token)).toMatchObject({ body: { error: 'use_dpop_nonce' } });
  });

  test.each([
    ['of another method', { htm: 'GET' }],
    ['of another address', { htu: 'http://127.0.0.1/oauth/par' }],
    ['that is old', { iat: Math.floor(Date.now() / 1000) - 600 }],
    ['with the hash of a token', { ath: hash('x') }],
  ])('takes no proof %s', async (_, claims) => {
    const me = visitor();
    await me.push();
    expect(await me.post('/oauth/par', me.asked, claims)).toMatchObject({ body: { error: 'invalid_dpop_proof' } });
  });

  test('takes no proof that another key has signed, and none twice', async () => {
    const me = visitor();
    await me.push();
    const foreign = await me.post('/oauth/par', me.asked, {}, { jwk: newKey().publicKey.export({ format: 'jwk' }) });
    expect(foreign).toMatchObject({ body: { error: 'invalid_dpop_proof' } });
    const { proof } = await me.push();
    const again = await fetch(`${sandbox.url}/oauth/par`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, ...me.asked, code_challenge: hash('another') }),
      headers: { dpop: proof },
    });
    expect(await again.json()).toMatchObject({ error: 'invalid_dpop_proof', error_description: 'DPoP proof replayed' });
  });

  test.each([
    ['an address that the client has not', { redirect_uri: 'http://127.0.0.1/elsewhere' }, 'invalid_request'],
    ['a scope that the client has not', { scope: 'atproto transition:email' }, 'invalid_scope'],
    ['no scope of the protocol', { scope: 'transition:generic' }, 'invalid_scope'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a client that is not there', { client_id: 'http://127.0.0.1:9/client.json' }, 'invalid_client_metadata'],
  ])('is asked in vain for %s', async (_, changes, error) => {
    const me = visitor();
    await me.push();
    expect(await me.push(changes)).toMatchObject({ status: 400, body: { error } });
  });

  test('takes an address on any port of one’s own machine', async () => {
    const me = visitor();
    await me.push();
    expect(await me.push({ redirect_uri: 'http://127.0.0.1:3000/callback' })).toMatchObject({ status: 201 });
  });

  test('ends what a code has given when it comes again', async () => {
    const me = visitor();
    const code = await me.code();
    const { body } = await me.post('/oauth/token', { ...me.exchanged, code });
    const again = await me.post('/oauth/token', { ...me.exchanged, code });
    expect(again).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await me.session(body.access_token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });

  test.each([
    ['verifier', { code_verifier: 'v'.repeat(43) }],
    ['address', { redirect_uri: 'http://127.0.0.1/elsewhere' }],
  ])('gives nothing for a code with another %s', async (_, changes) => {
    const me = visitor();
    const code = await me.code();
    const answer = await me.post('/oauth/token', { ...me.exchanged, code, ...changes });
    expect(answer).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  test('takes a token only with the key that it was given to, and not as a bearer', async () => {
    const me = visitor();
    const { access_token: token } = await me.tokens();
    expect(await me.session(token, {}, newKey())).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(await me.session(token, { ath: hash('x') })).toMatchObject({ body: { error: 'invalid_dpop_proof' } });
    const url = `${sandbox.url}/xrpc/com.atproto.server.getSession`;
    const asBearer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(await asBearer.json()).toMatchObject({ error: 'InvalidToken' });
  });

  test('lets a refresh token be used once', async () => {
    const me = visitor();
    const first = await me.tokens();
    const refresh = (token: string) => me.post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token });
    const { body: second } = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await refresh(second.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('revokes for whoever the token was given to', async () => {
    const [me, other] = [visitor(), visitor()];
    const { access_token, refresh_token: token } = await me.tokens();
    await other.push();
    expect(await other.post('/oauth/revoke', { token })).toMatchObject({ status: 200 });
    expect(await me.session(access_token)).toMatchObject({ status: 200 });
    expect(await me.post('/oauth/revoke', { token })).toMatchObject({ status: 200 });
    expect(await me.session(access_token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });
});

import * as oauth from 'oauth4webapi';
import * as z from 'zod';
import type { HttpCall } from '../../runtime/http.ts';
import { PlatformRefused } from '../adapter.ts';
import { type AppTools, malformed } from '../answer.ts';
import { type Asking, type ConsentAnswer, challengeOf, type Grant, type OAuth, type OAuthApp } from '../oauth.ts';
import { blueskyScopes } from './client-metadata.ts';
import { findHolder, holderOf } from './did.ts';
import { blueskyFacts } from './facts.ts';
import { identify } from './identity.ts';
import { dpopProofs, openKey, ourClient } from './oauth-client.ts';
import { type OAuthSecret, openOAuth } from './oauth-secret.ts';
import { askServer, issuerOf, serverMetadata } from './oauth-server.ts';
import { givenTokens } from './oauth-tokens.ts';
import { newP256Key } from './p256.ts';

/** A consent takes up to eight calls in one request, which has 25 s for all of them. */
const timeoutMs = 2_800;

/**
 * OAuth as the AT Protocol has it (https://atproto.com/specs/oauth): the account's own server is found first, what is asked
 * for is pushed to it (RFC 9126), and every call is signed with a key of the session (RFC 9449).
 */
export function blueskyOAuth(given: AppTools) {
  const tools = { ...given, http: (call: HttpCall) => given.http({ timeoutMs, ...call }) };
  return {
    findServer: (identifier) => findServer(tools, identifier),
    newSessionKey: async () => JSON.stringify(await newP256Key()),
    authorizationUrl: (app, asking) => pushed(tools, app, asking),
    exchange: (app, answer) => exchange(tools, app, answer),
    listAccounts: async (_, grant) => [await ownAccount(tools, grant)],
  } satisfies OAuth;
}

/** Where an account signs in, by what its user calls it; or by its server, where the user signs in as whoever there. */
async function findServer(tools: AppTools, identifier: string) {
  if (z.url({ protocol: /^https?$/ }).safeParse(identifier).success)
    return { server: await issuerAt(tools, new URL(identifier).origin) };
  const { did, server } = await findHolder(tools, identifier);
  return { server: await issuerOf(tools, server), account: { id: did, name: identifier.replace(/^@/, '') } };
}

/** Users may name the server that holds their account or the one where they sign in, which can be two. */
async function issuerAt(tools: AppTools, server: string): Promise<string> {
  try {
    return await issuerOf(tools, server);
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return server;
  }
}

type App = Omit<OAuthApp, 'clientSecret'>;

async function pushed(tools: AppTools, { server: issuer, redirectUri }: App, asking: Asking): Promise<string> {
  const server = await serverMetadata(tools, issuer);
  const { client, authenticate } = await ourClient(tools.apps);
  const parameters = new URLSearchParams({
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: blueskyScopes.join(' '),
    state: asking.state,
    code_challenge: challengeOf(asking.verifier),
    code_challenge_method: 'S256',
    ...(asking.account && { login_hint: asking.account.name }),
  });
  const proofs = await dpopProofs(sessionKey(asking));
  const { request_uri } = await askServer(tools, async (options) => {
    const sent = { ...options, DPoP: proofs };
    const response = await oauth.pushedAuthorizationRequest(server, client, authenticate, parameters, sent);
    return oauth.processPushedAuthorizationResponse(server, client, response);
  });
  const page = new URL(server.authorization_endpoint ?? issuer);
  page.searchParams.set('client_id', client.client_id);
  page.searchParams.set('request_uri', request_uri);
  return page.href;
}

function sessionKey({ sessionKey: key }: Pick<Asking, 'sessionKey'>) {
  if (key === undefined) throw new Error('a consent of Bluesky has no key');
  return openKey(key);
}

async function exchange(tools: AppTools, app: OAuthApp, answer: ConsentAnswer): Promise<Grant> {
  const server = await serverMetadata(tools, app.server);
  const { client, authenticate, keyId } = await ourClient(tools.apps);
  const dpopKey = sessionKey(answer);
  const proofs = await dpopProofs(dpopKey);
  if (answer.issuer !== app.server) throw foreign('The code comes from another server than the one that was asked.');
  const came = new URLSearchParams({ code: answer.code, iss: answer.issuer });
  const response = await askServer(tools, async (options) => {
    const code = oauth.validateAuthResponse(server, client, came, oauth.skipStateCheck);
    const { redirectUri } = app;
    const sent = { ...options, DPoP: proofs };
    return oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(server, client, authenticate, code, redirectUri, answer.verifier, sent),
    );
  });
  const { scopes, did, ...tokens } = givenTokens(response, tools.now());
  if (answer.accountId !== undefined && answer.accountId !== did)
    throw foreign('The user has signed in to another account than the one that was named.');
  const holder = await holderOf(tools, did);
  // Any server can say that somebody is signed in; it counts only from the one that the account itself names.
  if ((await issuerOf(tools, holder.server)) !== app.server)
    throw foreign('The account signs in at another server than the one that was asked.');
  const session = { issuer: app.server, server: holder.server, clientId: client.client_id, keyId, dpopKey };
  const secret: OAuthSecret = { kind: 'oauth', did, ...session, ...tokens };
  return { secret: JSON.stringify(secret), scopes };
}

const foreign = (message: string) => new PlatformRefused({ kind: 'reconnect', platformCode: null, message });

async function ownAccount(tools: AppTools, { secret, scopes }: Grant) {
  const { did, server } = openOAuth({ secret });
  // Just given, its tokens need no other.
  const renewSecret = () => Promise.reject(new PlatformRefused(malformed('The account’s server')));
  const account = { server, accountId: did, accountName: did, secret, renewSecret };
  const identity = await identify(tools, account);
  return {
    ...identity,
    accountKey: did,
    accountId: did,
    server,
    scopes,
    textLimits: blueskyFacts.limits.text,
    secret,
  };
}

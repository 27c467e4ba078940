import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import * as z from 'zod';
import { newSecret } from '../sandbox-oauth.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { checkProof } from './dpop.ts';
import { currentNonce } from './dpop-nonces.ts';
import { authenticate, findClient } from './oauth-clients.ts';
import { oauthError } from './oauth-refusals.ts';
import { formOf, inSeconds } from './oauth-requests.ts';
import type { OAuthSession } from './state.ts';
import type { BlueskyStore } from './store.ts';
import { accessLifeOfOAuthSeconds, dpopAccessJwt } from './tokens.ts';

/** Three months where the client proves itself with a key, else two weeks. */
const refreshLifeSeconds = { confidential: 90 * 24 * 3600, public: 14 * 24 * 3600 };

const Exchange = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('authorization_code'),
    client_id: z.string(),
    code: z.string(),
    redirect_uri: z.string(),
    code_verifier: z.string().min(43).max(128),
  }),
  z.object({ grant_type: z.literal('refresh_token'), client_id: z.string(), refresh_token: z.string() }),
]);
type Exchange = z.infer<typeof Exchange>;
/** Who asks: its client id, the key it proves itself with, and the thumbprint of the key that has signed the call. */
type Asker = { clientId: string; keyId: string | null; jkt: string };

export function addOAuthTokens(app: SandboxApp, store: BlueskyStore) {
  app.post('/oauth/token', async (c) => {
    const form = await formOf(c);
    const exchange = Exchange.safeParse(form);
    if (!exchange.success) throw oauthError(store, 'invalid_request', z.prettifyError(exchange.error));
    const asker = await askerOf(c, store, form);
    const { data } = exchange;
    return tokens(
      c,
      store,
      data.grant_type === 'authorization_code' ? begun(store, data, asker) : renewed(store, data, asker),
    );
  });

  app.post('/oauth/revoke', async (c) => {
    const form = await formOf(c);
    const { token } = z.object({ token: z.string() }).parse(form);
    const asker = await askerOf(c, store, form);
    const { oauthSessions } = store.state.current;
    const [id = ''] =
      Object.entries(oauthSessions).find(([, one]) => one.refreshToken === token && sameAsker(one, asker)) ?? [];
    delete oauthSessions[id];
    store.state.changed();
    c.header('DPoP-Nonce', currentNonce(store));
    return c.json({}); // RFC 7009 §2.2: also for a token that is over, or another's
  });
}

async function askerOf(c: Context, store: BlueskyStore, form: Record<string, string>): Promise<Asker> {
  const client = await findClient(store, form.client_id ?? '');
  const keyId = authenticate(store, client, form);
  const proof = checkProof(c, store);
  if ('error' in proof) throw oauthError(store, proof.error, proof.description);
  return { clientId: client.client_id, keyId, jkt: proof.jkt };
}

const sameAsker = (one: Asker, { clientId, keyId, jkt }: Asker) =>
  one.clientId === clientId && one.keyId === keyId && one.jkt === jkt;

/** A code works once: who brings it again ends what it has begun (RFC 6749 §4.1.2). */
function begun(store: BlueskyStore, { code, ...sent }: Extract<Exchange, { code: string }>, asker: Asker): string {
  const { oauthCodes, oauthSessions } = store.state.current;
  const granted = oauthCodes[code];
  if (!granted || granted.expiresAt <= store.now().toISOString()) throw invalidGrant(store, 'Invalid code');
  if (granted.sessionId !== null) {
    delete oauthSessions[granted.sessionId];
    throw invalidGrant(store, 'Code was used before');
  }
  if (!sameAsker(granted, asker)) throw invalidGrant(store, 'The code was given to another client or key');
  if (granted.redirectUri !== sent.redirect_uri) throw invalidGrant(store, 'The redirect_uri is another one');
  const challenge = createHash('sha256').update(sent.code_verifier).digest('base64url');
  if (granted.challenge !== challenge) throw invalidGrant(store, 'Invalid code_verifier');
  const id = `tok-${newSecret()}`;
  granted.sessionId = id;
  const { did, scope } = granted;
  oauthSessions[id] = { ...asker, did, scope, refreshToken: '', usedTokens: [], expiresAt: '' };
  return id;
}

/** A refresh token works once, too: a used one ends the session, since somebody else may have it. */
function renewed(
  store: BlueskyStore,
  { refresh_token: token }: Extract<Exchange, { refresh_token: string }>,
  asker: Asker,
): string {
  const { oauthSessions } = store.state.current;
  const entries = Object.entries(oauthSessions);
  const replayed = entries.find(([, { usedTokens }]) => usedTokens.includes(token));
  if (replayed) {
    delete oauthSessions[replayed[0]];
    throw invalidGrant(store, 'Refresh token replayed');
  }
  const [id = '', session] = entries.find(([, { refreshToken }]) => refreshToken === token) ?? [];
  if (!session || session.expiresAt <= store.now().toISOString()) throw invalidGrant(store, 'Invalid refresh token');
  if (!sameAsker(session, asker)) throw invalidGrant(store, 'The token was given to another client or key');
  session.usedTokens.push(token);
  return id;
}

const invalidGrant = (store: BlueskyStore, description: string) => oauthError(store, 'invalid_grant', description);

function tokens(c: Context, store: BlueskyStore, id: string) {
  const session = store.state.current.oauthSessions[id];
  if (!session) throw invalidGrant(store, 'Invalid session');
  session.refreshToken = `ref-${newSecret()}`;
  session.expiresAt = inSeconds(store, refreshLifeSeconds[session.keyId === null ? 'public' : 'confidential']);
  store.state.changed();
  c.header('DPoP-Nonce', currentNonce(store));
  c.header('Cache-Control', 'no-store');
  return c.json(tokenAnswer(store, session, id));
}

const tokenAnswer = (store: BlueskyStore, session: OAuthSession, id: string) => ({
  access_token: dpopAccessJwt(store, session, id),
  token_type: 'DPoP',
  refresh_token: session.refreshToken,
  scope: session.scope,
  expires_in: accessLifeOfOAuthSeconds,
  sub: session.did,
});

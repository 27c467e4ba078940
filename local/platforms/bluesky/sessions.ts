import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import type { BlueskyMeter } from './limits.ts';
import { didDocument } from './oauth-metadata.ts';
import { invalidRequest, xrpcError } from './refusals.ts';
import type { Account } from './state.ts';
import { addAccount, type BlueskyStore, emailOf, findAccount, handleDomain, sandboxPassword } from './store.ts';
import { callerOf, newTokens, revoke, rotate } from './tokens.ts';
import { inputOf, queryOf } from './xrpc-input.ts';

const Login = z.object({ identifier: z.string(), password: z.string() });

export function addSessions(app: SandboxApp, store: BlueskyStore, meter: BlueskyMeter) {
  app.post('/xrpc/com.atproto.server.createSession', async (c) => {
    const login = await inputOf(c, Login);
    meter.login(c, login.identifier.toLowerCase());
    const account = signedIn(store, login);
    return c.json({ ...newTokens(store, account.did), ...sessionOf(store, account) });
  });

  app.post('/xrpc/com.atproto.server.refreshSession', (c) => {
    const { did, ...tokens } = rotate(c, store);
    const account = findAccount(store, did);
    if (!account) throw xrpcError(400, 'AccountNotFound', 'Account not found');
    return c.json({ ...tokens, ...sessionOf(store, account) });
  });

  app.post('/xrpc/com.atproto.server.deleteSession', (c) => {
    revoke(c, store);
    return c.body(null, 200);
  });

  app.get('/xrpc/com.atproto.server.getSession', (c) => c.json(sessionOf(store, callerOf(c, store))));

  app.get('/xrpc/com.atproto.server.describeServer', (c) =>
    c.json({
      did: `did:web:${new URL(store.url).hostname}`,
      availableUserDomains: [handleDomain],
      inviteCodeRequired: false,
      links: {},
      contact: {},
    }),
  );

  app.get('/xrpc/com.atproto.identity.resolveHandle', (c) => {
    const { handle } = queryOf(c, z.object({ handle: z.string() }));
    const account = findAccount(store, handle);
    if (!account) throw invalidRequest('Unable to resolve handle');
    return c.json({ did: account.did });
  });
}

const newHandle = /^[a-z0-9][a-z0-9-]*\.test$/;

/** Anyone with a handle of this server may sign in with the sandbox password; the account then comes into being. */
function signedIn(store: BlueskyStore, { identifier, password }: z.infer<typeof Login>): Account {
  const name = identifier.toLowerCase();
  const byEmail = Object.values(store.state.current.accounts).find((account) => emailOf(account) === name);
  const known = byEmail ?? findAccount(store, name);
  if (known?.password === password) return known;
  if (!known && newHandle.test(name) && password === sandboxPassword) return addAccount(store, name, password);
  throw xrpcError(401, 'AuthenticationRequired', 'Invalid identifier or password');
}

const sessionOf = (store: BlueskyStore, account: Account) => ({
  did: account.did,
  didDoc: didDocument(store, account),
  handle: account.handle,
  email: emailOf(account),
  emailConfirmed: true,
  emailAuthFactor: false,
  active: true,
});

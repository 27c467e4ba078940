import { newVerifier, type OAuthFor, oauthOver, type PlatformApps, platformApps } from '../platforms/public.ts';
import { type Now, now } from '../runtime/clock.ts';
import type { TeamCaller } from '../runtime/contract.ts';
import { type HostPolicy, hostPolicy } from '../runtime/hosts.ts';
import { outgoing } from '../runtime/http.ts';
import { secretBox } from '../runtime/secrets.ts';
import type { RegistryTools } from './app-registry.ts';
import { appTable } from './app-table.ts';
import { type AuthorizationTable, authorizationTable } from './authorization-table.ts';
import { findConsentApp } from './consent-app.ts';
import { answeredAt, type ConsentCallback, consentCallback } from './consent-callback.ts';
import type { AuthorizationRequest } from './consent-schemas.ts';
import { newState } from './consent-state.ts';
import { asked } from './platform-faults.ts';
import { sessionKeyContext } from './session-key.ts';

export type ConsentTools = RegistryTools & {
  authorizations: Pick<AuthorizationTable, 'insert'>;
  oauthFor: OAuthFor;
  platformApps: PlatformApps;
  hosts: HostPolicy;
  callback: ConsentCallback;
  now: Now;
};

type Beginning = {
  request: AuthorizationRequest;
  caller: TeamCaller;
  /** The connection that the consent is for; without it, the account is a new one. */
  connectionId?: string;
};

/** Where to send a user for consent, and the state by which it comes back: single use, bound to user and team. */
export async function beginConsent({ request, caller, connectionId }: Beginning, tools: ConsentTools) {
  const { platform } = request;
  const { teamId, userId } = caller;
  const { request: question, returnTo } = answeredAt(request, tools.callback);
  const app = await findConsentApp(question, tools);
  const asking = { state: newState(returnTo && teamId), verifier: newVerifier() };
  const oauth = await tools.oauthFor(platform);
  const sessionKey = await oauth.newSessionKey?.();
  const place = sessionKeyContext({ teamId, state: asking.state });
  const sealedSessionKey = sessionKey && (await tools.secrets.seal(sessionKey, place));
  const authorization = { ...app, ...asking, sealedSessionKey, platform, teamId, userId, connectionId, returnTo };
  await tools.authorizations.insert(authorization, tools.now());
  // Where the question is told to the platform first, the address for the answer is what it can dislike.
  const meanings = { content_rejected: 'connection.redirect_refused' } as const;
  const { account } = app;
  const url = await asked(meanings, async () => oauth.authorizationUrl(app, { ...asking, sessionKey, account }));
  return { authorizationUrl: url, state: asking.state };
}

/** As deployed. */
export function consentTools(): ConsentTools {
  const apps = platformApps();
  return {
    apps: appTable(),
    authorizations: authorizationTable(),
    oauthFor: oauthOver({ http: outgoing(), now, apps }),
    platformApps: apps,
    secrets: secretBox(),
    hosts: hostPolicy(),
    callback: consentCallback(),
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

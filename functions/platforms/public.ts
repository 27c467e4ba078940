/**
 * What other domains may use of the platforms. Only names, so that a bundle holds just what its handler calls: a handler
 * that checks a text's length carries no adapter and no HTTP client.
 */
export { type AccessFor, accessFor, accessOver } from './accesses.ts';
export {
  type Access,
  type Account,
  type Adapter,
  type ConnectedAccount,
  type Figures,
  type Identity,
  PlatformRefused,
  type Publication,
  type PublishOutcome,
  type Quota,
  type Readiness,
  type Reconciled,
  type Refusal,
  type RefusalKind,
  type ReplyTo,
  type TokenLife,
} from './adapter.ts';
export { type AdapterFor, adapterFor } from './adapters.ts';
export { appPasswordsOver } from './app-passwords.ts';
export type { BlueskyAuth } from './bluesky/auth.ts';
export { catalogue } from './catalogue.ts';
export { type OAuthFor, oauthOver } from './connectors.ts';
export { mediaProblems } from './media-limits.ts';
export { missingScopes } from './missing-scopes.ts';
export { type Grant, type NamedAccount, newVerifier, type OAuth, type OAuthApp } from './oauth.ts';
export { type PlatformApps, platformApps } from './platform-apps.ts';
export { textProblem } from './text-length.ts';

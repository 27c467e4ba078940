import type { PlatformProblem } from '../platforms/contract.ts';
import type { Refusal, RefusalKind } from '../platforms/public.ts';

type Words = Pick<PlatformProblem, 'action' | 'message'>;

/** What it means for an account, in words for its users, that its platform refused to say who it is. */
const words: Record<RefusalKind, Words> = {
  retry_later: { action: 'wait', message: 'The platform could not be asked just now.' },
  rate_limited: { action: 'wait', message: 'The platform takes no more calls for this account for a while.' },
  reconnect: { action: 'reconnect', message: 'The access to the account is lost. Connect it again.' },
  content_rejected: { action: 'check', message: 'The platform does not take our question about the account.' },
  account_restricted: { action: 'check', message: 'The platform restricts this account: look at it there.' },
  target_gone: { action: 'check', message: 'The platform has no such account any more.' },
};

export const accountProblem = ({ kind, platformCode }: Refusal): PlatformProblem => ({
  code: kind,
  ...words[kind],
  platformCode,
});

export const scopesMissing = (scopes: readonly string[]): PlatformProblem => ({
  code: 'scope_missing',
  message: `The user has not granted all that is needed: ${scopes.join(', ')}. Connect the account again.`,
  action: 'reconnect',
  platformCode: null,
});

export const accessEnds = (expiresAt: string): PlatformProblem => ({
  code: 'access_ends',
  message: `The access to the account ends at ${expiresAt}, and only the user can renew it. Connect it again before.`,
  action: 'reconnect',
  platformCode: null,
});

/** Whether the refusal says something of the account, and not of the moment. */
export const isLasting = ({ action }: PlatformProblem) => action !== 'wait';

import type { Access } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { identify } from './identity.ts';
import { tokenLife } from './oauth-secret.ts';
import { accountSession, endSession } from './session.ts';

export function blueskyAccess(tools: AppTools) {
  return {
    sharesTokens: false,
    refresh: (account) => accountSession(tools, account).refresh(),
    revoke: (account) => endSession(tools, account),
    tokenLife,
    identify: (account) => identify(tools, account),
  } satisfies Access;
}

import type { Access } from '../adapter.ts';
import type { AdapterTools } from '../answer.ts';
import { identify } from './identity.ts';
import { accountSession, deleteSession } from './session.ts';

export function blueskyAccess(tools: AdapterTools) {
  return {
    sharesTokens: false,
    refresh: (account) => accountSession(tools, account).refresh(),
    revoke: (account) => deleteSession(tools, account),
    identify: (account) => identify(tools, account),
  } satisfies Access;
}

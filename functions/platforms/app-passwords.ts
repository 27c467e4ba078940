import type { AdapterTools } from './answer.ts';
import type { BlueskyAuth } from './bluesky/auth.ts';

/** Signing in with an app password; its code is loaded when somebody does. */
export const appPasswordsOver = (tools: AdapterTools): BlueskyAuth => ({
  connect: async (login) => (await import('./bluesky/auth.ts')).blueskyAuth(tools).connect(login),
});

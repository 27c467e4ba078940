import * as z from 'zod';
import { type Account, type Identity, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask, isSuccess, read, WebUrl } from '../answer.ts';
import { inactive, readOrRefuse, xrpc } from './api.ts';
import { accountSession } from './session.ts';

/** com.atproto.server.getSession: what the account's own server knows of whoever is signed in. */
const Session = z.object({
  handle: z.string().min(1).max(253),
  active: z.boolean().optional(),
  status: z.string().optional(),
});
/** app.bsky.actor.getProfile */
const Profile = z.object({ avatar: WebUrl });

export async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const session = accountSession(tools, account);
  const get = (nsid: string, query?: Record<string, string>) =>
    ask(session.send, { method: 'GET', url: xrpc(account.server, nsid, query) });
  const answer = await get('com.atproto.server.getSession');
  const { handle, active, status } = readOrRefuse(Session, answer, tools.now());
  if (active === false) throw new PlatformRefused(inactive(status));
  const profile = await get('app.bsky.actor.getProfile', { actor: account.accountId });
  return {
    accountName: `@${handle}`,
    accountUrl: `https://bsky.app/profile/${account.accountId}`,
    // Of no weight: an account without a picture, or whose profile is not found just now, is still whole.
    avatarUrl: isSuccess(profile) ? read(Profile, profile)?.avatar : undefined,
  };
}

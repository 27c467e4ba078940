import * as z from 'zod';
import type { HttpCall, Outgoing } from '../../runtime/http.ts';
import type { Identity } from '../adapter.ts';
import { type AppTools, ask, WebUrl } from '../answer.ts';
import { demanded, tiktokUrl } from './api.ts';

const User = z.object({
  open_id: z.string().min(1),
  display_name: z.string().default(''),
  avatar_url: WebUrl.optional().catch(undefined),
  username: z.string().min(1).optional().catch(undefined),
});
export type User = z.infer<typeof User>;

type Send = (call: Pick<HttpCall, 'method' | 'url'>) => ReturnType<Outgoing>;

/** Fields of a scope that the user has not granted would make the whole call fail. */
export async function readUser(tools: AppTools, send: Send, scopes: readonly string[]): Promise<User> {
  const profile = scopes.includes('user.info.profile') ? ['username'] : [];
  const fields = ['open_id', 'display_name', 'avatar_url', ...profile].join(',');
  const answer = await ask(send, { method: 'GET', url: tiktokUrl(tools, 'user/info', { fields }) });
  return demanded(z.object({ user: User }), answer, tools.now()).user;
}

/** As its visitors see it. */
export function shownUser({ apps }: Pick<AppTools, 'apps'>, { username, display_name, avatar_url }: User): Identity {
  const { web } = apps.api('tiktok');
  return {
    accountName: username === undefined ? display_name || 'TikTok' : `@${username}`,
    accountUrl: username === undefined ? web : profileUrl({ apps }, username),
    ...(avatar_url !== undefined && { avatarUrl: avatar_url }),
  };
}

export const profileUrl = ({ apps }: Pick<AppTools, 'apps'>, username: string) =>
  `${apps.api('tiktok').web}/@${encodeURIComponent(username)}`;

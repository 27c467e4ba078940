import * as z from 'zod';
import type { Account, Identity } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { openSecret, threadsApi } from './api.ts';

/** https://developers.facebook.com/documentation/threads/threads-profiles */
const Profile = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  threads_profile_picture_url: WebUrl.optional().catch(undefined),
});

/** Whose token it is. */
export async function readProfile(tools: AppTools, accessToken: string) {
  const fields = 'id,username,threads_profile_picture_url';
  const profile = await demandGraph(tools, threadsApi(tools, accessToken).get('me', { fields }), Profile);
  return {
    id: profile.id,
    accountName: `@${profile.username}`,
    accountUrl: `${tools.apps.api('threads').web}/@${profile.username}`,
    avatarUrl: profile.threads_profile_picture_url,
  };
}

export async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const { id: _, ...identity } = await readProfile(tools, openSecret(account).accessToken);
  return identity;
}

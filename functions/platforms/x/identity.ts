import * as z from 'zod';
import type { Account, Identity } from '../adapter.ts';
import { type AppTools, ask, WebUrl } from '../answer.ts';
import { demanded, xUrl } from './api.ts';
import { xSession } from './session.ts';

/** https://docs.x.com/x-api/users/get-my-user */
export const Me = z.object({
  data: z.object({
    id: z.string().min(1),
    username: z.string().min(1),
    subscription_type: z.string().optional(),
    profile_image_url: WebUrl.optional().catch(undefined),
  }),
});

export const meCall = (tools: Pick<AppTools, 'apps'>) =>
  ({
    method: 'GET',
    url: xUrl(tools, 'users/me', { 'user.fields': 'username,subscription_type,profile_image_url' }),
  }) as const;

export const shown = (web: string, { username, profile_image_url }: z.infer<typeof Me>['data']): Identity => ({
  accountName: `@${username}`,
  accountUrl: `${web}/${username}`,
  avatarUrl: profile_image_url,
});

export async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const answer = await ask(xSession(tools, account).send, meCall(tools));
  return shown(tools.apps.api('x').web, demanded(Me, answer, tools.now()).data);
}

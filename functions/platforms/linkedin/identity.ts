import * as z from 'zod';
import type { Account, Identity } from '../adapter.ts';
import { type AppTools, ask, WebUrl } from '../answer.ts';
import { demanded, isMember, restCall } from './api.ts';
import { linkedinSession } from './session.ts';

/** https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2 */
export const Member = z.object({
  sub: z.string().min(1),
  name: z.string().min(1),
  picture: WebUrl.optional().catch(undefined),
});
export const Organization = z.object({ localizedName: z.string().min(1), vanityName: z.string().optional() });

/** LinkedIn tells no address of a member's page; this one leads to that of whoever is signed in. */
export const memberPath = 'in/me';
export const organizationPath = (id: string, vanityName?: string) =>
  `company/${encodeURIComponent(vanityName || decodeURIComponent(id))}`;

export async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const session = linkedinSession(tools, account);
  const { api, web } = tools.apps.api('linkedin');
  if (isMember(account.accountId)) {
    const answer = await ask(session.send, { method: 'GET', url: `${api}/v2/userinfo` });
    const { name, picture } = demanded(Member, answer, tools.now());
    return { accountName: name, accountUrl: `${web}/${memberPath}`, avatarUrl: picture };
  }
  const id = encodeURIComponent(account.accountId.split(':').at(-1) ?? '');
  const answer = await ask(session.send, restCall(tools, `organizations/${id}`));
  const { localizedName, vanityName } = demanded(Organization, answer, tools.now());
  return { accountName: localizedName, accountUrl: `${web}/${organizationPath(id, vanityName)}` };
}

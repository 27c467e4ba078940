import * as z from 'zod';
import type { Account, Identity } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { pageApi } from './api.ts';

/** https://developers.facebook.com/docs/graph-api/reference/page: fields of a page, its picture among them. */
export const Picture = z.object({ data: z.object({ url: WebUrl }) });
const Page = z.object({ name: z.string().min(1), picture: Picture.optional().catch(undefined) });

export async function identify(tools: AppTools, account: Account): Promise<Identity> {
  const api = await pageApi(tools, account);
  const call = api.get(encodeURIComponent(account.accountId), { fields: 'id,name,picture' });
  const { name, picture } = await demandGraph(tools, call, Page);
  return {
    accountName: name,
    accountUrl: `${tools.apps.api('facebook').web}/${account.accountId}`,
    avatarUrl: picture?.data.url,
  };
}

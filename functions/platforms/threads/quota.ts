import * as z from 'zod';
import type { Account, Quota } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { openSecret, threadsApi } from './api.ts';
import { threadsFacts } from './facts.ts';

/** https://developers.facebook.com/documentation/threads/troubleshooting (publishing quota) */
const PublishingLimit = z.object({
  data: z
    .array(
      z.object({
        quota_usage: z.number().int().nonnegative(),
        config: z.object({ quota_total: z.number().int(), quota_duration: z.number().int() }).optional(),
      }),
    )
    .min(1),
});

/** How many of the posts of a day are used up; the day is any 24 hours, so there is no moment at which it begins anew. */
export async function quota(tools: AppTools, account: Account): Promise<Quota> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  const path = `${encodeURIComponent(account.accountId)}/threads_publishing_limit`;
  const { data } = await demandGraph(tools, api.get(path, { fields: 'quota_usage,config' }), PublishingLimit);
  const [{ quota_usage: used, config } = { quota_usage: 0 }] = data;
  const known = threadsFacts.limits.posts;
  return {
    limit: config?.quota_total ?? known?.max ?? 0,
    used,
    windowSeconds: config?.quota_duration ?? known?.windowSeconds ?? 0,
  };
}

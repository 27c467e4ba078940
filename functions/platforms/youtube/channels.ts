import * as z from 'zod';
import type { HttpCall, Outgoing } from '../../runtime/http.ts';
import type { Identity } from '../adapter.ts';
import { type AppTools, ask, WebUrl } from '../answer.ts';
import { youtubeUrl } from './api.ts';
import { demanded } from './refusals.ts';

const Channel = z.object({
  id: z.string().min(1),
  snippet: z.object({
    title: z.string().min(1),
    customUrl: z
      .string()
      .regex(/^@\S+$/)
      .optional()
      .catch(undefined),
    thumbnails: z
      .object({ default: z.object({ url: WebUrl }).optional() })
      .optional()
      .catch(undefined),
  }),
});
export type Channel = z.infer<typeof Channel>;
const Channels = z.object({ items: z.array(Channel).default([]) });

type Send = (call: Pick<HttpCall, 'method' | 'url'>) => ReturnType<Outgoing>;

/** The channels of who calls: one as a rule, for a brand account is chosen on Google's own page. */
export async function ownChannels(tools: AppTools, send: Send): Promise<Channel[]> {
  const url = youtubeUrl(tools, 'channels', { part: 'snippet', mine: 'true', maxResults: '50' });
  const answer = await ask(send, { method: 'GET', url });
  return demanded(Channels, answer, tools.now()).items;
}

/** As its visitors see it. */
export function shownChannel({ apps }: Pick<AppTools, 'apps'>, { id, snippet }: Channel): Identity {
  const { title, customUrl, thumbnails } = snippet;
  const avatarUrl = thumbnails?.default?.url;
  return {
    accountName: title,
    accountUrl: `${apps.api('youtube').web}/${customUrl ?? `channel/${encodeURIComponent(id)}`}`,
    ...(avatarUrl !== undefined && { avatarUrl }),
  };
}

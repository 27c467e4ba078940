import * as z from 'zod';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, pinterestUrl } from './api.ts';

type Send = (call: HttpCall) => Promise<HttpAnswer>;
type List<Item> = {
  path: string;
  maxCalls: number;
  /** What was read so far tells all that is asked. */
  isEnough?: (items: readonly Item[]) => boolean;
};

const pageSize = '250';

/** A list over its pages: the bookmark of one leads to the next, and the last has none. */
export async function listPages<Item extends z.ZodType>(
  tools: AppTools,
  send: Send,
  { item, path, maxCalls, isEnough }: List<z.output<Item>> & { item: Item },
) {
  const Page = z.object({ items: z.array(item), bookmark: z.string().nullish() });
  const items: z.output<Item>[] = [];
  let bookmark: string | undefined;
  for (let made = 0; made < maxCalls; made++) {
    const url = pinterestUrl(tools, path, { page_size: pageSize, ...(bookmark && { bookmark }) });
    const page = demanded(Page, await ask(send, { method: 'GET', url }), tools.now());
    items.push(...page.items);
    if (!page.bookmark) return { items, isWhole: true };
    if (isEnough?.(items)) break;
    bookmark = page.bookmark;
  }
  return { items, isWhole: false };
}

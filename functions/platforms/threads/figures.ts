import * as z from 'zod';
import { type Account, type Figures, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { openSecret, threadsApi } from './api.ts';

const Insights = z.object({
  data: z.array(z.object({ name: z.string(), values: z.array(z.object({ value: z.number().int().nonnegative() })) })),
});

/** Figures are read one post a call; a few calls at a time spare the account's rate limit. */
const readsAtOnce = 4;

export async function readMetrics(tools: AppTools, account: Account, ids: readonly string[]) {
  const figures = new Map<string, Figures>();
  for (let start = 0; start < ids.length; start += readsAtOnce) {
    const group = ids.slice(start, start + readsAtOnce);
    const read = await Promise.all(group.map((id) => readOne(tools, account, id)));
    for (const [place, id] of group.entries()) if (read[place]) figures.set(id, read[place]);
  }
  return figures;
}

async function readOne(tools: AppTools, account: Account, id: string): Promise<Figures | undefined> {
  const api = threadsApi(tools, openSecret(account).accessToken);
  const call = api.get(`${encodeURIComponent(id)}/insights`, { metric: 'likes,replies,reposts' });
  try {
    const { data } = await demandGraph(tools, call, Insights);
    const value = (name: string) => data.find((one) => one.name === name)?.values[0]?.value ?? null;
    return { likes: value('likes'), reposts: value('reposts'), replies: value('replies') };
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}

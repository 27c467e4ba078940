import * as z from 'zod';
import { type Account, type Figures, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { demandGraph } from '../meta-graph.ts';
import { accountCalls, type GraphCalls } from './api.ts';

/** A figure comes in a list of values or, where the metric has no time series, as a total. */
const Value = z.object({ value: z.int().nonnegative() });
const Insights = z.object({
  data: z.array(z.object({ name: z.string(), values: z.array(Value).optional(), total_value: Value.optional() })),
});

/** Figures are read one post a call; a few calls at a time spare the account's rate limit. */
const readsAtOnce = 4;

export async function readMetrics(tools: AppTools, account: Account, ids: readonly string[]) {
  const figures = new Map<string, Figures>();
  const api = await accountCalls(tools, account);
  for (let start = 0; start < ids.length; start += readsAtOnce) {
    const group = ids.slice(start, start + readsAtOnce);
    const read = await Promise.all(group.map((id) => readOne(tools, api, id)));
    for (const [place, id] of group.entries()) if (read[place]) figures.set(id, read[place]);
  }
  return figures;
}

/** Instagram leaves out what it does not know (yet), which is not 0. */
async function readOne(tools: AppTools, api: GraphCalls, id: string): Promise<Figures | undefined> {
  const call = api.get(`${encodeURIComponent(id)}/insights`, { metric: 'likes,comments,shares' });
  try {
    const { data } = await demandGraph(tools, call, Insights);
    const value = (name: string) => {
      const figure = data.find((one) => one.name === name);
      return (figure?.total_value ?? figure?.values?.[0])?.value ?? null;
    };
    return { likes: value('likes'), reposts: value('shares'), replies: value('comments') };
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}

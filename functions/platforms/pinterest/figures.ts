import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import { type Account, type Figures, PlatformRefused } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, pinterestUrl } from './api.ts';
import { type PinterestSession, pinterestSession } from './session.ts';

/**
 * https://developers.pinterest.com/docs/api/v5/pins-analytics. Reactions and comments are counted for the life of a pin, saves
 * for the days that are asked for, which are 90 at most.
 */
const Counts = z.record(z.string(), z.number().nullable().catch(null));
const Analytics = z.object({
  all: z.object({ lifetime_metrics: Counts.optional(), summary_metrics: Counts.optional() }),
});
const shownDays = 89;

/** Figures are read one pin a call; a few calls at a time spare the rate limit of the user. */
const readsAtOnce = 4;

export async function readMetrics(tools: AppTools, account: Account, ids: readonly string[]) {
  const figures = new Map<string, Figures>();
  const session = pinterestSession(tools, account);
  for (let start = 0; start < ids.length; start += readsAtOnce) {
    const group = ids.slice(start, start + readsAtOnce);
    const read = await Promise.all(group.map((id) => readOne(tools, session, id)));
    for (const [place, id] of group.entries()) if (read[place]) figures.set(id, read[place]);
  }
  return figures;
}

async function readOne(tools: AppTools, { send }: PinterestSession, id: string): Promise<Figures | undefined> {
  const today = tools.now();
  const query = {
    start_date: dayOf(addSeconds(today, -shownDays * 24 * 3600)),
    end_date: dayOf(today),
    metric_types: 'SAVE,TOTAL_COMMENTS,TOTAL_REACTIONS',
  };
  const url = pinterestUrl(tools, `pins/${encodeURIComponent(id)}/analytics`, query);
  try {
    const { all } = demanded(Analytics, await ask(send, { method: 'GET', url }), today);
    const count = (name: string) => all.lifetime_metrics?.[name] ?? all.summary_metrics?.[name] ?? null;
    return { likes: count('TOTAL_REACTIONS'), reposts: count('SAVE'), replies: count('TOTAL_COMMENTS') };
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

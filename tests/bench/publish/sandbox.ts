import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';

const Started = z.object({ url: z.url() });
const Arrived = z.object({ items: z.array(z.object({ text: z.string(), arrivals: z.array(z.string()) })) });
export type Arrival = { text: string; at: Date };

/** A sandbox platform that takes its time to answer, and says when what arrived. */
export async function startSandbox(latencyMs: number) {
  const thread = new Worker(new URL('./sandbox-thread.ts', import.meta.url), { workerData: { latencyMs } });
  const [started] = await once(thread, 'message');
  return {
    url: Started.parse(started).url,
    /** Every write that arrived, repeats included. */
    async arrivals(): Promise<Arrival[]> {
      thread.postMessage('arrivals');
      const [answer] = await once(thread, 'message');
      return Arrived.parse(answer).items.flatMap(({ text, arrivals }) =>
        arrivals.map((at) => ({ text, at: new Date(at) })),
      );
    },
    stop: () => thread.terminate(),
  };
}

// A platform in a thread of its own: what it does must not hold up those who call it.
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { startBluesky } from '../../../local/platforms/bluesky/start-bluesky.ts';

const { latencyMs } = z.object({ latencyMs: z.number() }).parse(workerData);
const Posts = z.object({ items: z.array(z.object({ text: z.string(), arrivals: z.array(z.string()) })) });

/** Its clock is behind by its latency: a call that is answered after 20 ms arrived 20 ms ago. */
const now = () => new Date(Date.now() - latencyMs);
const sandbox = await startBluesky({ latencyMs, rateLimits: 'off', now });
parentPort?.on('message', async () => {
  const { items } = Posts.parse(await (await fetch(`${sandbox.url}/sandbox/posts`)).json());
  parentPort?.postMessage({ items });
});
parentPort?.postMessage({ url: sandbox.url });

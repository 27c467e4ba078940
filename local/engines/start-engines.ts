import { join } from 'node:path';
import { startDynamodb } from './dynamodb.ts';
import { startFauxqs } from './fauxqs.ts';
import { httpHop } from './http-hop.ts';
import type { Lifeline } from './lifeline.ts';

/** The engines that need nothing of the template to start, so they come up while the app is built. */
export async function startEngines(lifeline: Lifeline, directory: string) {
  const file = join(directory, 'dynamodb.db');
  const [origin, fauxqs] = await Promise.all([startDynamodb(lifeline, file), startFauxqs()]);
  const dynamodb = httpHop(origin);
  return {
    dynamodb: dynamodb.send,
    fauxqs: fauxqs.send,
    async stop() {
      await fauxqs.stop();
      dynamodb.close();
    },
  };
}
export type Engines = Awaited<ReturnType<typeof startEngines>>;

import { join } from 'node:path';
import { startDynamodb } from './dynamodb.ts';
import { startFauxqs } from './fauxqs.ts';
import { httpHop } from './http-hop.ts';
import { startLifeline } from './lifeline.ts';

/** The engines that need nothing of the template to start, so they come up while the app is built. */
export async function startEngines(dataDir: string | undefined) {
  const lifeline = startLifeline();
  try {
    const [origin, fauxqs] = await Promise.all([
      startDynamodb(lifeline, dataDir && join(dataDir, 'dynamodb.db')),
      startFauxqs(),
    ]);
    const dynamodb = httpHop(origin);
    return {
      lifeline,
      dynamodb: dynamodb.send,
      fauxqs: fauxqs.send,
      async stop() {
        await fauxqs.stop();
        dynamodb.close();
        await lifeline.release();
      },
    };
  } catch (error) {
    await lifeline.release();
    throw error;
  }
}
export type Engines = Awaited<ReturnType<typeof startEngines>>;

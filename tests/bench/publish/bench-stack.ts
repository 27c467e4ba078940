import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { postTable } from '../../../functions/posts/post-table.ts';
import { dueIndex } from '../../../functions/runtime/due-index.ts';
import { documentClient, tableOn } from '../../../functions/runtime/table.ts';
import { settings } from '../../../lib/settings.ts';
import { startLocalStack } from '../../../local/stack.ts';
import { tickWatch } from './clock.ts';
import { logReader } from './log-reader.ts';
import { startSandbox } from './sandbox.ts';
import { type Usages, usageMeter } from './usage.ts';

/** Lines are written and calls are told a moment after they happen. */
const settlingMs = 1_000;

/** The local stack with everything counted, and a sandbox platform beside it. */
export async function startBenchStack(latencyMs: number) {
  const meter = usageMeter();
  const ticks = tickWatch();
  const sandbox = await startSandbox(latencyMs);
  const stack = await startLocalStack({
    quiet: true,
    onCall: (call) => {
      meter.onCall(call);
      if (call.function?.includes('hintDueLanes') && call.service === 'dynamodb') ticks.seen();
    },
  });
  const { awsUrl: endpoint, region, credentials, resources, logFile } = stack;
  const [deployed] = resources.list('AWS::DynamoDB::Table', z.unknown());
  const table = tableOn(documentClient(new DynamoDBClient({ endpoint, region, credentials })), deployed?.ref ?? '');
  const newLines = logReader(logFile);
  return {
    stack,
    sandbox,
    ticks,
    table,
    posts: postTable(table, dueIndex('DUE', settings.local.dueShards)),
    /** What functions used since the last time. */
    async takeUsage(): Promise<Usages> {
      await sleep(settlingMs);
      for (const { name, line } of await newLines()) meter.onLine(name, line);
      return meter.take();
    },
    async stop() {
      await stack.stop();
      await sandbox.stop();
    },
  };
}
export type BenchStack = Awaited<ReturnType<typeof startBenchStack>>;

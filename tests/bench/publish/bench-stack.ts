import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { dueIndex } from '../../../functions/runtime/due-index.ts';
import { documentClient, type Row, tableOn } from '../../../functions/runtime/table.ts';
import { settings } from '../../../lib/settings.ts';
import { startLocalStack } from '../../../local/stack.ts';
import { tickWatch } from './clock.ts';
import { logReader } from './log-reader.ts';
import { startSandbox } from './sandbox.ts';
import { inTurns } from './turns.ts';
import { type Usages, usageMeter } from './usage.ts';

/** Lines are written and calls are told a moment after they happen. */
const settlingMs = 1_000;
/** What DynamoDB takes in one call. */
const batchLimit = 25;

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
  const documents = documentClient(new DynamoDBClient({ endpoint, region, credentials }));
  const table = tableOn(documents, deployed?.ref ?? '');
  const due = dueIndex('DUE', settings.local.dueShards);
  const newLines = logReader(logFile);
  return {
    stack,
    sandbox,
    ticks,
    table,
    /** Many rows at once, without the conditions that one by one would have. */
    async putAll(rows: readonly Row[]): Promise<void> {
      const batches = Array.from({ length: Math.ceil(rows.length / batchLimit) }, (_, place) =>
        rows.slice(place * batchLimit, (place + 1) * batchLimit),
      );
      await inTurns(batches, 4, async (batch) => {
        const requests = batch.map((Item) => ({ PutRequest: { Item } }));
        await documents.send(new BatchWriteCommand({ RequestItems: { [deployed?.ref ?? '']: requests } }));
      });
    },
    due,
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

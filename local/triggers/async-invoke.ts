import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { FunctionPool } from '../functions/function-pool.ts';
import { InvocationFailed } from '../functions/invocation.ts';
import type { Resources } from '../template/resources.ts';
import type { QueueClient } from './queue-client.ts';

const Config = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.coerce.number().default(2),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});

type Parts = { resources: Resources; pool: FunctionPool; queues: QueueClient; onProblem: (text: string) => void };

/** Lambda waits one minute, then two. Here nobody would wait for that. */
const pauseMs = (attempt: number) => attempt * 1_000;

/** Invokes without waiting for the result, as rules and schedules do: retried, and at last handed to the failure queue. */
export function asyncInvoker({ resources, pool, queues, onProblem }: Parts) {
  const configs = new Map(
    resources
      .list('AWS::Lambda::EventInvokeConfig', Config)
      .map(({ properties }) => [properties.FunctionName.split(':').at(-1), properties]),
  );
  return async (functionArn: string, event: object): Promise<void> => {
    const config = configs.get(functionArn.split(':').at(-1)) ?? Config.parse({ FunctionName: functionArn });
    const payload = JSON.stringify(event);
    for (let attempt = 1; ; attempt += 1) {
      const failure = await attemptOnce(pool, functionArn, payload);
      if (failure === undefined) return;
      onProblem(`${functionArn.split(':').at(-1)} failed (attempt ${attempt}): ${failure.type}: ${failure.message}`);
      if (attempt > config.MaximumRetryAttempts) {
        const destination = config.DestinationConfig?.OnFailure?.Destination;
        const deadLetters = pool.definition(functionArn)?.deadLetterArn;
        if (destination !== undefined)
          await queues.send(destination, failureRecord(functionArn, event, attempt, failure));
        else if (deadLetters !== undefined) await queues.send(deadLetters, event);
        return;
      }
      await sleep(pauseMs(attempt), undefined, { ref: false });
    }
  };
}
export type AsyncInvoke = ReturnType<typeof asyncInvoker>;

async function attemptOnce(pool: FunctionPool, functionArn: string, payload: string) {
  try {
    await pool.invoke(functionArn, payload);
    return undefined;
  } catch (error) {
    if (error instanceof InvocationFailed) return error;
    throw error;
  }
}

const failureRecord = (
  functionArn: string,
  requestPayload: object,
  attempts: number,
  { type, message }: InvocationFailed,
) => ({
  version: '1.0',
  timestamp: new Date().toISOString(),
  requestContext: {
    requestId: randomUUID(),
    functionArn: `${functionArn}:$LATEST`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: attempts,
  },
  requestPayload,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorType: type, errorMessage: message },
});

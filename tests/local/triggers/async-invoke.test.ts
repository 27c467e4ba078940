import { describe, expect, test } from 'vitest';
import type { FunctionPool } from '../../../local/functions/function-pool.ts';
import { InvocationFailed } from '../../../local/functions/invocation.ts';
import { asyncInvoker } from '../../../local/triggers/async-invoke.ts';
import type { QueueClient } from '../../../local/triggers/queue-client.ts';
import { resourcesOf } from '../resources-of.ts';

function setup({
  failures,
  config,
  deadLetterArn,
}: {
  failures: number;
  config?: Record<string, unknown>;
  deadLetterArn?: string;
}) {
  let calls = 0;
  const sent: { queue: string; body: object }[] = [];
  const pool = {
    invoke: async () => {
      calls += 1;
      if (calls <= failures) throw new InvocationFailed({ type: 'Error', message: 'no' });
      return 'null';
    },
    definition: () => ({ deadLetterArn }),
  };
  const queues: Pick<QueueClient, 'send'> = { send: async (queue, body) => void sent.push({ queue, body }) };
  const resources = resourcesOf(
    config === undefined
      ? {}
      : {
          Config: {
            type: 'AWS::Lambda::EventInvokeConfig',
            properties: { FunctionName: 'fn', Qualifier: '$LATEST', ...config },
          },
        },
  );
  const problems: string[] = [];
  const parts = {
    resources,
    pool: pool as unknown as FunctionPool,
    queues: queues as QueueClient,
    onProblem: (text: string) => problems.push(text),
  };
  return { invoke: asyncInvoker(parts), sent, problems, calls: () => calls };
}

describe('an invocation that nobody waits for', () => {
  test('is tried again after a failure', async () => {
    const { invoke, calls, problems } = setup({ failures: 1 });
    await invoke('arn:aws:lambda:::function:fn', {});
    expect([calls(), problems]).toEqual([2, ['fn failed (attempt 1): Error: no']]);
  });

  test('ends in the failure destination, with what was asked and what went wrong', async () => {
    const config = { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: 'arn:dead' } } };
    const { invoke, calls, sent } = setup({ failures: 9, config });
    await invoke('arn:aws:lambda:::function:fn', { n: 1 });
    expect(calls()).toBe(1);
    expect(sent).toMatchObject([
      {
        queue: 'arn:dead',
        body: { requestPayload: { n: 1 }, responsePayload: { errorType: 'Error', errorMessage: 'no' } },
      },
    ]);
  });

  test('or in the dead-letter queue of the function, as it came', async () => {
    const { invoke, sent } = setup({ failures: 9, config: { MaximumRetryAttempts: 0 }, deadLetterArn: 'arn:letters' });
    await invoke('fn', { n: 1 });
    expect(sent).toEqual([{ queue: 'arn:letters', body: { n: 1 } }]);
  });

  test('or nowhere', async () => {
    const { invoke, sent } = setup({ failures: 9, config: { MaximumRetryAttempts: 0 } });
    await invoke('fn', {});
    expect(sent).toEqual([]);
  });
});

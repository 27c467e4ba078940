import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { workers } from '../../functions/runtime/contract.ts';
import { workQueue } from '../../functions/runtime/queue.ts';
import { startService, stubEnvironment } from '../support/aws-service.ts';

const { paintThing } = workers('sample', {
  paintThing: { summary: 'Paints', queue: 'publish', body: z.object({ id: z.string() }), needs: [] },
});

describe('queue', () => {
  test('that refuses some messages of a batch is an error that says so', async () => {
    const { url } = await startService(() => ({
      output: { Successful: [], Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] },
    }));
    stubEnvironment({ AWS_ENDPOINT_URL_SQS: url, PUBLISH_QUEUE_URL: `${url}/000000000000/publish` });
    const sent = workQueue(paintThing).send([{ body: { id: 'a' } }]);
    await expect(sent).rejects.toThrow('publish: 1 messages refused: InternalError');
  });
});

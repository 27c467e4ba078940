import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { endpoints } from '../../functions/runtime/contract.ts';
import { plainEndpoint } from '../../functions/runtime/plain-endpoint.ts';
import { send } from '../support/request.ts';

const { getThing } = endpoints(
  { domain: 'sample', faults: {} },
  {
    getThing: {
      route: 'GET /thing',
      summary: 'Reads it',
      auth: 'user',
      reply: { status: 200, body: z.object({ userId: z.string() }) },
      faults: [],
      needs: [],
    },
  },
);
const get = plainEndpoint(
  getThing,
  ({ caller }) => caller,
  () => undefined,
);

describe('plain endpoint', () => {
  test('is an endpoint that keeps nothing', async () => {
    expect(await send(get, { caller: { userId: 'user_1' } })).toMatchObject({
      status: 200,
      body: { userId: 'user_1' },
    });
    expect(await send(get, { caller: null })).toMatchObject({ status: 401 });
    expect(await send(get, { query: { x: '1' } })).toMatchObject({ status: 422 });
  });
});

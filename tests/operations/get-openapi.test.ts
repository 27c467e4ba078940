import { describe, expect, test } from 'vitest';
import { operationsContract } from '../../functions/operations/contract.ts';
import { getOpenapi } from '../../functions/operations/get-openapi.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { send } from '../support/request.ts';

describe('GET /openapi.json', () => {
  test('answers the document that was built, as JSON', async () => {
    const readAsset = async (name: string) => JSON.stringify({ openapi: '3.1.0', info: { title: name } });
    const handler = endpoint(operationsContract.getOpenapi, getOpenapi, () => ({ readAsset }));
    const reply = await send(handler, { caller: null });
    expect(reply).toMatchObject({ status: 200, body: { openapi: '3.1.0', info: { title: 'openapi.json' } } });
    expect(reply.headers).toMatchObject({ 'content-type': 'application/json' });
  });
});

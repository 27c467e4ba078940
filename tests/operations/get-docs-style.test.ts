import { describe, expect, test } from 'vitest';
import { operationsContract } from '../../functions/operations/contract.ts';
import { getDocsStyle } from '../../functions/operations/get-docs-style.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { send } from '../support/request.ts';

describe('GET /docs/page.css', () => {
  test('answers the style sheet', async () => {
    const readAsset = async (name: string) => `/* ${name} */`;
    const handler = endpoint(operationsContract.getDocsStyle, getDocsStyle, () => ({ readAsset }));
    const reply = await send(handler, { caller: null });
    expect(reply).toMatchObject({ status: 200, body: '/* swagger-ui.css */' });
    expect(reply.headers).toMatchObject({ 'content-type': 'text/css; charset=utf-8' });
  });
});

import { describe, expect, test } from 'vitest';
import { operationsContract } from '../../functions/operations/contract.ts';
import { getDocsStyle } from '../../functions/operations/get-docs-style.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { readAsset } from '../support/assets.ts';
import { send } from '../support/request.ts';

describe('GET /docs/page.css', () => {
  test('answers the style of Swagger UI, then our own, from no other host', async () => {
    const handler = endpoint(operationsContract.getDocsStyle, getDocsStyle, () => ({ readAsset }));
    const reply = await send(handler, { caller: null });
    expect(reply).toMatchObject({ status: 200, body: expect.stringContaining('.swagger-ui') });
    expect(reply.headers).toMatchObject({ 'content-type': 'text/css; charset=utf-8' });
    expect(String(reply.body).endsWith(await readAsset('page.css'))).toBe(true);
    expect(reply.body).not.toMatch(/url\(["']?(https?:)?\/\//);
  });
});

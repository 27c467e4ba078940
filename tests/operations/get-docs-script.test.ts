import { describe, expect, test } from 'vitest';
import { operationsContract } from '../../functions/operations/contract.ts';
import { getDocsScript } from '../../functions/operations/get-docs-script.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { readAsset } from '../support/assets.ts';
import { send } from '../support/request.ts';

describe('GET /docs/page.js', () => {
  test('answers Swagger UI, then what starts it with this API and no other host', async () => {
    const handler = endpoint(operationsContract.getDocsScript, getDocsScript, () => ({ readAsset }));
    const reply = await send(handler, { caller: null });
    expect(reply).toMatchObject({ status: 200, body: expect.stringContaining('SwaggerUIBundle') });
    expect(reply.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8' });
    const page = await readAsset('page.js');
    expect(String(reply.body).endsWith(page)).toBe(true);
    expect(page).toContain("url: 'openapi.json'");
    expect(page).toContain('validatorUrl: null');
    expect(page).not.toMatch(/https?:/);
  });
});

import { describe, expect, test } from 'vitest';
import { operationsContract } from '../../functions/operations/contract.ts';
import { getDocsScript } from '../../functions/operations/get-docs-script.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { send } from '../support/request.ts';

const readAsset = async (name: string) => `const bundle = '${name}';`;

describe('GET /docs/page.js', () => {
  test('answers the bundle, and what starts it with this API and no other host', async () => {
    const handler = endpoint(operationsContract.getDocsScript, getDocsScript, () => ({ readAsset }));
    const reply = await send(handler, { caller: null });
    expect(reply).toMatchObject({ status: 200, body: expect.stringContaining("'swagger-ui-bundle.js'") });
    expect(reply.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8' });
    expect(reply.body).toContain("url: 'openapi.json'");
    expect(reply.body).toContain('validatorUrl: null');
  });
});

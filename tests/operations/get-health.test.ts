import { describe, expect, test } from 'vitest';
import { handler } from '../../functions/operations/get-health.ts';
import { send } from '../support/request.ts';

describe('GET /health', () => {
  test('answers anyone', async () => {
    expect(await send(handler, { caller: null })).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  test('refuses a query', async () => {
    expect(await send(handler, { caller: null, query: { deep: '1' } })).toMatchObject({
      status: 422,
      body: { code: 'input.unknown_field' },
    });
  });
});

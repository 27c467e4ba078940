import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generatedApi } from '../../../clients/typescript/generate-api.ts';
import { keyedOperations, openOperations } from '../../../clients/typescript/src/api.ts';
import { domains } from '../../../functions/contracts.ts';
import { isIdempotent } from '../../../functions/runtime/contract.ts';
import { documentText } from '../../../lib/openapi/document.ts';

const entries = domains.flatMap(({ endpoints }) => Object.values(endpoints ?? {}));

describe('clients/typescript/src/api.ts', () => {
  test('is current; if it is not: npm run openapi', async () => {
    const text = await generatedApi(await documentText(domains));
    expect(readFileSync('clients/typescript/src/api.ts', 'utf8') === text).toBe(true);
  });

  test('knows which operations need no caller, and which take a key', () => {
    const open = entries.filter(({ auth }) => auth === 'none').map(({ route }) => route);
    const keyed = entries.filter(isIdempotent).map(({ route }) => route);
    expect([openOperations, keyedOperations]).toEqual([open, keyed]);
  });
});

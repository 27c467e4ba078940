import { defineConfig } from 'vitest/config';

/** The tests that need a browser: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    globalSetup: 'tests/support/stack.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

import { defineConfig } from 'vitest/config';

const quiet = { POWERTOOLS_DEV: 'false', POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
const shared = { testTimeout: 20_000, hookTimeout: 60_000, env: quiet };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'parts',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/{journeys,browser}/**'],
          globalSetup: 'tests/support/dynamo-engine.ts',
        },
      },
      {
        test: {
          ...shared,
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts'],
          globalSetup: 'tests/support/stack.ts',
          testTimeout: 120_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['functions/**/*.ts', 'lib/**/*.ts', 'local/**/*.ts', 'clients/typescript/src/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { lines: 85, branches: 85 },
    },
  },
});

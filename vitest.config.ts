import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const quiet = { POWERTOOLS_DEV: 'false', POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
/** Nothing takes so long, but on a machine with other work to do. */
const patient = { testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000 } } };
const shared = { ...patient, env: quiet };

const parts = {
  exclude: ['tests/{journeys,browser}/**'],
  globalSetup: 'tests/support/dynamo-engine.ts',
  maxWorkers: 2,
};
/** What the environment says is remembered by who asks: files that change it get modules of their own. */
const ofEnvironment = globSync('tests/**/*.test.ts').filter((file) =>
  /\bstub(Env|Environment)\(/.test(readFileSync(file, 'utf8')),
);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          ...parts,
          name: 'parts',
          include: ['tests/**/*.test.ts'],
          exclude: [...parts.exclude, ...ofEnvironment],
          // Loading the SDK, CDK and all else anew for every file takes longer than the tests.
          isolate: false,
        },
      },
      { test: { ...shared, ...parts, name: 'environment', include: ofEnvironment } },
      {
        test: {
          ...shared,
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts'],
          globalSetup: 'tests/support/stack.ts',
          testTimeout: 120_000,
          // They wait more than they work; after the parts, so that what is due comes in time.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
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

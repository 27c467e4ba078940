import type { TestProject } from 'vitest/node';
import * as z from 'zod';
import { type Sandboxes, startSandboxes } from '../../local/platforms/sandboxes.ts';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';
import { writeTally } from '../permissions/tally.ts';
import { deployedApi } from './deployed-api.ts';
import type { DeployedApi } from './in-process-api.ts';
import type { TableAddress } from './stored-rows.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: Sandboxes['urls'] & { api: string; table: TableAddress; logFile: string };
    /** To run the functions in a test's own process. */
    deployed: DeployedApi;
  }
}

/** Starts the whole backend from its template, with all sandbox platforms, once for all journeys. */
export async function setup(project: TestProject) {
  await using starting = new AsyncDisposableStack();
  const sandboxes = starting.adopt(await startSandboxes(), (all) => all.stop());
  const options = { fast: true, quiet: true, isRoomy: true, ...sandboxes.forStack };
  const stack = starting.adopt(await startLocalStack(options), (one) => one.stop());
  project.provide('stack', {
    api: stack.apiUrl,
    ...sandboxes.urls,
    table: tableOf(stack),
    logFile: stack.logFile,
  });
  project.provide('deployed', await deployedApi(stack));
  const running = starting.move();
  return async () => {
    // `npm run permissions` asks for it.
    const { PERMISSIONS_FILE: file } = process.env;
    if (file !== undefined) writeTally(file, stack);
    await running.disposeAsync();
  };
}

/** The table with the keys of the runner, who may do anything. */
export function tableOf({ awsUrl: endpoint, region, credentials, resources }: LocalStack): TableAddress {
  const [table] = resources.list('AWS::DynamoDB::Table', z.unknown());
  if (!table) throw new Error('the template has no table');
  return { tableName: table.ref, client: { endpoint, region, credentials } };
}

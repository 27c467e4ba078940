import { join, resolve } from 'node:path';
import { vi } from 'vitest';
import { domains } from '../../functions/contracts.ts';
import { pathPrefix } from '../../lib/routes.ts';
import { InvocationFailed } from '../../local/functions/invocation.ts';
import { gateway } from '../../local/gateway/gateway.ts';
import type { HttpApi } from '../../local/gateway/http-api.ts';
import { startServer } from './http-server.ts';
import { lambdaContext } from './lambda.ts';

/** The API of the template, and what its functions find in their environment. */
export type DeployedApi = { api: HttpApi; environment: Readonly<Record<string, string>> };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/**
 * The API behind the gateway of the local run, with the functions in this process: no threads to start, and what they
 * fail with can be told. For thousands of requests.
 */
export async function startInProcess({ api, environment }: DeployedApi): Promise<{ url: string; failures: string[] }> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, process.env[name] ?? value);
  const failures: string[] = [];
  const handlers = new Map(
    await Promise.all(filesOf(api).map(async ([arn, file]) => [arn, await load(file)] as const)),
  );
  const invoke = async (arn: string, event: string) => {
    try {
      return JSON.stringify(await handlers.get(arn)?.(JSON.parse(event), lambdaContext));
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push(message);
      throw new InvocationFailed({ type: 'Error', message });
    }
  };
  const { url } = await startServer(gateway({ api, pool: { invoke }, onProblem: (text) => failures.push(text) }));
  return { url, failures };
}

/** The file of each function by its ARN: the routes of the template lead to both. */
function filesOf({ routes }: HttpApi): (readonly [string, string])[] {
  const endpoints = domains.flatMap((domain) => Object.values(domain.endpoints ?? {}));
  const [authorizer] = domains.flatMap((domain) => Object.values(domain.authorizers ?? {}));
  const ofRoutes = endpoints.flatMap(({ route, file }) => {
    const key = route.replace(' ', ` ${pathPrefix}`);
    return routes.filter((one) => one.key === key).map(({ functionArn }) => [functionArn, file] as const);
  });
  const authorizerArns = new Set(routes.flatMap((one) => one.authorizer?.functionArn ?? []));
  return [...ofRoutes, ...[...authorizerArns].map((arn) => [arn, authorizer?.file ?? ''] as const)];
}

async function load(file: string): Promise<Handler> {
  const { handler }: { handler: Handler } = await import(join(resolve(import.meta.dirname, '../..'), file));
  return handler;
}

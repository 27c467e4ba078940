import * as z from 'zod';
import { readHttpApi } from '../../local/gateway/http-api.ts';
import type { LocalStack } from '../../local/stack.ts';
import { quietStore } from '../bench/quiet-store.ts';
import type { DeployedApi } from './in-process-api.ts';

const Variables = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
});

/** What it takes to run the functions of a stack elsewhere, on a table and a queue that set nothing in motion. */
export async function deployedApi(stack: LocalStack): Promise<DeployedApi> {
  const { resources, awsUrl, region, credentials } = stack;
  const api = readHttpApi(resources, () => undefined);
  if (!api) throw new Error('the template has no HTTP API');
  const variables = resources
    .list('AWS::Lambda::Function', Variables)
    .map(({ properties }) => properties.Environment?.Variables);
  const environment = {
    ...Object.assign({}, ...variables),
    CURSOR_KEY: 'of no use to anyone, but long enough',
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: awsUrl,
    ...(await quietStore(stack)),
  };
  return { api, environment };
}

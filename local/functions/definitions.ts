import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Assembly } from '../template/assembly.ts';
import { stableId } from '../template/identities.ts';
import type { Resource, Resources } from '../template/resources.ts';

const LambdaFunction = z.object({
  Code: z.object({ S3Key: z.string().optional() }),
  Handler: z.string().default('index.handler'),
  Role: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
});

/** A Lambda function of the template, ready to be run in a thread. */
export type FunctionDefinition = {
  name: string;
  arn: string;
  roleArn: string;
  /** The bundle; undefined for code that this machine does not have. */
  file: string | undefined;
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  environment: Readonly<Record<string, string>>;
  credentials: { accessKeyId: string; secretAccessKey: string };
  deadLetterArn: string | undefined;
};

export type Surroundings = { awsUrl: string; resolveSecrets: (text: string) => string };

export function readFunctions(
  resources: Resources,
  assembly: Assembly,
  surroundings: Surroundings,
): FunctionDefinition[] {
  return resources.list('AWS::Lambda::Function', LambdaFunction).map((resource) => {
    const { ref: name, attributes, properties } = resource;
    const [module = 'index', handler = 'handler'] = properties.Handler.split('.');
    const credentials = credentialsFor(name);
    return {
      name,
      arn: attributes.Arn ?? '',
      roleArn: properties.Role,
      file: codeFile(assembly.assetDirectory(properties.Code.S3Key ?? ''), module),
      handler,
      timeoutMs: properties.Timeout * 1000,
      memoryMb: properties.MemorySize,
      environment: environmentOf(resource, credentials, surroundings),
      credentials,
      deadLetterArn: properties.DeadLetterConfig?.TargetArn,
    };
  });
}

/** Keys that tell the front door which function calls; the same after every start. */
export const credentialsFor = (name: string) => ({
  accessKeyId: `AKIA${stableId(name, 16).toUpperCase()}`,
  secretAccessKey: stableId(`secret of ${name}`, 40),
});

const codeFile = (directory: string | undefined, module: string) =>
  directory === undefined
    ? undefined
    : ['.mjs', '.js', '.cjs'].map((ending) => join(directory, module + ending)).find((file) => existsSync(file));

/** What the SDK calls each service in the name of the variable that says where it is. */
const services = [
  'DYNAMODB',
  'DYNAMODB_STREAMS',
  'SQS',
  'S3',
  'KMS',
  'EVENTBRIDGE',
  'SECRETS_MANAGER',
  'SSM',
  'STS',
  'COGNITO_IDENTITY_PROVIDER',
];

/** Lambda's own variables, ways to the local services, and those of the template. Nothing of this process's environment. */
function environmentOf(
  { ref: name, region, properties }: Resource<z.infer<typeof LambdaFunction>>,
  { accessKeyId, secretAccessKey }: FunctionDefinition['credentials'],
  { awsUrl, resolveSecrets }: Surroundings,
): Record<string, string> {
  const variables = Object.entries(properties.Environment?.Variables ?? {});
  return {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    _HANDLER: properties.Handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: awsUrl,
    ...Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, awsUrl])),
    TZ: 'UTC',
    LANG: 'en_US.UTF-8',
    ...Object.fromEntries(variables.map(([key, value]) => [key, resolveSecrets(value)])),
  };
}

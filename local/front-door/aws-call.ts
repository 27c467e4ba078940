import type { IncomingMessage } from 'node:http';
import type { HttpMessage } from '../engines/http-hop.ts';

export const serviceNames = [
  'dynamodb',
  'sqs',
  'cognito-idp',
  'kms',
  'events',
  'secretsmanager',
  'ssm',
  's3',
  'sts',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** One call of an SDK: which service and action, who signed it, and what it says. */
export type AwsCall = {
  service: ServiceName;
  action: string;
  accessKeyId: string | undefined;
  /** The body of services that speak JSON. */
  input: unknown;
  message: HttpMessage;
};

const targets: Readonly<Record<string, ServiceName>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AWSCognitoIdentityProviderService: 'cognito-idp',
  TrentService: 'kms',
  AWSEvents: 'events',
  secretsmanager: 'secretsmanager',
  AmazonSSM: 'ssm',
};

/** What the header of services that speak JSON says; undefined for a service that does not run here. */
export function readTarget(target: string): Pick<AwsCall, 'service' | 'action'> | undefined {
  const [prefix = '', action = ''] = target.split('.');
  const service = targets[prefix];
  return service && { service, action };
}

/** Undefined for a service that does not run here. */
export function readCall({ method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer): AwsCall | undefined {
  const { accessKeyId, signedFor } = readSignature(headers.authorization, url);
  const message = { method, path: url, headers, body };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const named = readTarget(target);
    return named && { ...named, accessKeyId, input: readJson(body), message };
  }
  if (/^\/[\w-]+\/\.well-known\//.test(url))
    return { service: 'cognito-idp', action: 'WellKnown', accessKeyId, input: undefined, message };
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') && signedFor === 'sts')
    return {
      service: 'sts',
      action: new URLSearchParams(body.toString()).get('Action') ?? '',
      accessKeyId,
      input: undefined,
      message,
    };
  if (signedFor === undefined || signedFor === 's3')
    return { service: 's3', action: method, accessKeyId, input: undefined, message };
  return undefined;
}

/** From the header, or from the query of a presigned URL. */
function readSignature(authorization: string | undefined, url: string) {
  const presigned = /[?&]X-Amz-Credential=([^&]+)/.exec(url)?.[1];
  const scope = /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1] ?? decodeURIComponent(presigned ?? '');
  const [accessKeyId, , , signedFor] = scope.split('/');
  return { accessKeyId: accessKeyId || undefined, signedFor };
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined; // the service itself says what is wrong with it
  }
}

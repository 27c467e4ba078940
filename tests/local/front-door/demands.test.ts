import { describe, expect, test } from 'vitest';
import type { AwsCall, ServiceName } from '../../../local/front-door/aws-call.ts';
import { demandsOf } from '../../../local/front-door/demands.ts';

const landscape = {
  region: 'us-east-1',
  account: '000000000000',
  keyArn: () => 'arn:key',
  secretArn: (id: string) => (id === 'known' ? 'arn:secret' : undefined),
};
const demanded = (service: ServiceName, action: string, input: unknown, message: Partial<AwsCall['message']> = {}) => {
  const full = { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0), ...message };
  const call = { service, action, accessKeyId: 'a', input, message: full };
  return demandsOf(call, landscape).map(({ action, resource }) => `${action} ${resource}`);
};
const table = 'arn:aws:dynamodb:us-east-1:000000000000:table';

describe('what a call demands', () => {
  test.each<[string, ServiceName, string, object, string[]]>([
    ['a read', 'dynamodb', 'GetItem', { TableName: 't' }, [`dynamodb:GetItem ${table}/t`]],
    [
      'a query of an index',
      'dynamodb',
      'Query',
      { TableName: 't', IndexName: 'i' },
      [`dynamodb:Query ${table}/t/index/i`],
    ],
    ['a table by ARN', 'dynamodb', 'GetItem', { TableName: `${table}/t` }, [`dynamodb:GetItem ${table}/t`]],
    [
      'each item of a transaction',
      'dynamodb',
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 't' } },
          { Update: { TableName: 't' } },
          { Delete: { TableName: 'u' } },
          { ConditionCheck: { TableName: 't' } },
        ],
      },
      [
        `dynamodb:PutItem ${table}/t`,
        `dynamodb:UpdateItem ${table}/t`,
        `dynamodb:DeleteItem ${table}/u`,
        `dynamodb:ConditionCheckItem ${table}/t`,
      ],
    ],
    [
      'reads in a transaction',
      'dynamodb',
      'TransactGetItems',
      { TransactItems: [{ Get: { TableName: 't' } }] },
      [`dynamodb:GetItem ${table}/t`],
    ],
    [
      'each table of a batch',
      'dynamodb',
      'BatchWriteItem',
      { RequestItems: { t: [], u: [] } },
      [`dynamodb:BatchWriteItem ${table}/t`, `dynamodb:BatchWriteItem ${table}/u`],
    ],
    [
      'a batch of messages',
      'sqs',
      'SendMessageBatch',
      { QueueUrl: 'http://x/0/q' },
      ['sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:q'],
    ],
    [
      'visibility of a batch',
      'sqs',
      'ChangeMessageVisibilityBatch',
      { QueueUrl: 'http://x/0/q' },
      ['sqs:ChangeMessageVisibility arn:aws:sqs:us-east-1:000000000000:q'],
    ],
    [
      'a queue by name',
      'sqs',
      'GetQueueUrl',
      { QueueName: 'q' },
      ['sqs:GetQueueUrl arn:aws:sqs:us-east-1:000000000000:q'],
    ],
    [
      'an administrator of users',
      'cognito-idp',
      'AdminGetUser',
      { UserPoolId: 'p' },
      ['cognito-idp:AdminGetUser arn:aws:cognito-idp:us-east-1:000000000000:userpool/p'],
    ],
    ['a user signing up', 'cognito-idp', 'SignUp', {}, []],
    ['a user asking who they are', 'cognito-idp', 'GetUser', {}, []],
    ['a user changing themselves', 'cognito-idp', 'UpdateUserAttributes', {}, []],
    [
      'changing a pool',
      'cognito-idp',
      'UpdateUserPool',
      { UserPoolId: 'p' },
      ['cognito-idp:UpdateUserPool arn:aws:cognito-idp:us-east-1:000000000000:userpool/p'],
    ],
    ['sealing', 'kms', 'Encrypt', { KeyId: 'k', EncryptionContext: { a: 'b' } }, ['kms:Encrypt arn:key']],
    [
      'each bus of a batch of events',
      'events',
      'PutEvents',
      { Entries: [{ EventBusName: 'b' }, { EventBusName: 'b' }, {}] },
      [
        'events:PutEvents arn:aws:events:us-east-1:000000000000:event-bus/b',
        'events:PutEvents arn:aws:events:us-east-1:000000000000:event-bus/default',
      ],
    ],
    [
      'a parameter',
      'ssm',
      'GetParameter',
      { Name: '/a/b' },
      ['ssm:GetParameter arn:aws:ssm:us-east-1:000000000000:parameter/a/b'],
    ],
    [
      'parameters below a path',
      'ssm',
      'GetParametersByPath',
      { Path: '/a/' },
      ['ssm:GetParametersByPath arn:aws:ssm:us-east-1:000000000000:parameter/a'],
    ],
    [
      'a secret',
      'secretsmanager',
      'GetSecretValue',
      { SecretId: 'known' },
      ['secretsmanager:GetSecretValue arn:secret'],
    ],
    [
      'a secret that is not there',
      'secretsmanager',
      'GetSecretValue',
      { SecretId: 'x' },
      ['secretsmanager:GetSecretValue x'],
    ],
    ['asking who one is', 'sts', 'GetCallerIdentity', {}, []],
  ])('%s', (_, service, action, input, expected) => {
    expect(demanded(service, action, input)).toEqual(expected);
  });

  test.each([
    ['GET', '/b/a%20file', {}, ['s3:GetObject arn:aws:s3:::b/a file']],
    ['HEAD', '/b/f', {}, ['s3:GetObject arn:aws:s3:::b/f']],
    ['PUT', '/b/f', {}, ['s3:PutObject arn:aws:s3:::b/f']],
    [
      'PUT',
      '/b/f',
      { 'x-amz-copy-source': '/c/g' },
      ['s3:PutObject arn:aws:s3:::b/f', 's3:GetObject arn:aws:s3:::c/g'],
    ],
    ['DELETE', '/b/f', {}, ['s3:DeleteObject arn:aws:s3:::b/f']],
    ['GET', '/b?list-type=2', {}, ['s3:ListBucket arn:aws:s3:::b']],
    ['POST', '/b?delete', {}, ['s3:DeleteObject arn:aws:s3:::b/*']],
    ['POST', '/b', {}, ['s3:PutObject arn:aws:s3:::b/*']],
  ])('S3 %s %s', (method, path, headers, expected) => {
    expect(demanded('s3', method, undefined, { method, path, headers })).toEqual(expected);
  });

  test('a body that is no JSON demands something still', () => {
    expect(demanded('dynamodb', 'GetItem', undefined)).toEqual([`dynamodb:GetItem ${table}/*`]);
  });
});

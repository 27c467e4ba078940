import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import type { Need } from '../../functions/runtime/contract.ts';
import { type DeployedFunction, deployedFunctions } from '../../lib/deployed-functions.ts';
import { ofType, type Resource, resourcesOf, sampleTemplates } from '../support/stacks.ts';

/** `action on resource`, by the last words of both: what a need allows, stated a second time and by hand. */
const allowed: Record<Need, string[]> = {
  'table:get': ['dynamodb:GetItem on table'],
  'table:getMany': ['dynamodb:BatchGetItem on table'],
  'table:query': ['dynamodb:Query on table'],
  'table:query:gsi1': ['dynamodb:Query on table/index/gsi1'],
  'table:query:gsi2': ['dynamodb:Query on table/index/gsi2'],
  'table:query:gsi3': ['dynamodb:Query on table/index/gsi3'],
  'table:put': ['dynamodb:PutItem on table'],
  'table:update': ['dynamodb:UpdateItem on table'],
  'table:delete': ['dynamodb:DeleteItem on table'],
  'table:check': ['dynamodb:ConditionCheckItem on table'],
  'queue:publish': ['sqs:SendMessage on publish queue'],
  'secrets:seal': ['kms:Encrypt on secrets key'],
  'secrets:open': ['kms:Decrypt on secrets key'],
  'users:sign-up': [],
  'users:read': ['cognito-idp:AdminGetUser on user pool'],
  'tokens:verify': [],
  'events:put': ['events:PutEvents on event bus'],
  cursor: [],
  hosts: [],
  'platform-apps': ['ssm:GetParameter on platform app'],
  'platform-apps:list': ['ssm:GetParametersByPath on platform apps'],
  'consent-callback': [],
  plans: [],
  health: [
    'dynamodb:GetItem on table in HEALTH',
    'sqs:GetQueueAttributes on publish queue',
    'events:DescribeEventBus on event bus',
    'cognito-idp:DescribeUserPoolClient on user pool',
  ],
  limits: ['dynamodb:UpdateItem on table in TEAM#*#LIMITS', 'dynamodb:PutItem on table in TEAM#*#LIMITS'],
  attempts: ['dynamodb:UpdateItem on table in THROTTLE#*', 'dynamodb:PutItem on table in THROTTLE#*'],
  idempotency: ['dynamodb:PutItem on table in *#REQUESTS', 'dynamodb:DeleteItem on table in *#REQUESTS'],
  audit: ['dynamodb:PutItem on table in TEAM#*#AUDIT'],
};

const inTable = ['TABLE_NAME', 'DUE_SHARDS'];
const variables: Record<Need, string[]> = {
  'table:get': inTable,
  'table:getMany': inTable,
  'table:query': inTable,
  'table:query:gsi1': inTable,
  'table:query:gsi2': inTable,
  'table:query:gsi3': inTable,
  'table:put': inTable,
  'table:update': inTable,
  'table:delete': inTable,
  'table:check': inTable,
  'queue:publish': ['PUBLISH_QUEUE_URL'],
  'secrets:seal': ['SECRETS_KEY_ID'],
  'secrets:open': ['SECRETS_KEY_ID'],
  'users:sign-up': ['USER_POOL_CLIENT_ID'],
  'users:read': ['USER_POOL_ID'],
  'tokens:verify': ['USER_POOL_ID', 'USER_POOL_CLIENT_ID'],
  'events:put': ['EVENT_BUS_NAME'],
  cursor: ['CURSOR_KEY'],
  hosts: ['PRIVATE_HOSTS'],
  'platform-apps': ['PLATFORM_APPS_PATH', 'PLATFORM_APIS'],
  'platform-apps:list': ['PLATFORM_APPS_PATH'],
  'consent-callback': ['CONSENT_CALLBACK', 'FRONTEND_ORIGINS'],
  plans: ['DEFAULT_PLAN'],
  health: ['TABLE_NAME', 'DUE_SHARDS', 'PUBLISH_QUEUE_URL', 'EVENT_BUS_NAME', 'USER_POOL_ID', 'USER_POOL_CLIENT_ID'],
  limits: ['TABLE_NAME', 'DUE_SHARDS'],
  attempts: ['TABLE_NAME', 'DUE_SHARDS', 'ATTEMPTS_PER_ACCOUNT', 'ATTEMPTS_PER_ADDRESS'],
  idempotency: ['TABLE_NAME', 'DUE_SHARDS'],
  audit: ['TABLE_NAME', 'DUE_SHARDS'],
};

/** What every function may do, and what its trigger asks for. */
const always = ['logs:CreateLogStream on logs', 'logs:PutLogEvents on logs'].concat([
  'xray:PutTelemetryRecords on *',
  'xray:PutTraceSegments on *',
]);
const deadLetters = ['SendMessage', 'GetQueueAttributes', 'GetQueueUrl'].map((verb) => `sqs:${verb} on dead letters`);
const triggers: [kind: keyof (typeof domains)[number], allowed: string[]][] = [
  [
    'workers',
    ['ReceiveMessage', 'ChangeMessageVisibility', 'GetQueueUrl', 'DeleteMessage', 'GetQueueAttributes'].map(
      (verb) => `sqs:${verb} on publish queue`,
    ),
  ],
  [
    'streamReaders',
    [
      ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
        (verb) => `dynamodb:${verb} on stream`,
      ),
      ...deadLetters,
    ],
  ],
  ['subscribers', deadLetters],
];

const Text = z.union([z.string(), z.array(z.string())]).transform((text) => [text].flat());
const Condition = z.object({ 'ForAllValues:StringLike': z.object({ 'dynamodb:LeadingKeys': z.array(z.string()) }) });
const Statement = z.object({
  Action: Text,
  Effect: z.literal('Allow'),
  Resource: z.unknown(),
  Condition: Condition.optional(),
});
const Policy = z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) });
const Variables = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

const resources = resourcesOf(sampleTemplates());
const functions = deployedFunctions(domains).map((entry) => ({ entry, name: `${entry.domain}.${entry.name}` }));

describe('a function', () => {
  test.each(functions)('$name may do what its needs say and nothing else', ({ entry }) => {
    const ofTrigger = triggers.filter(([kind]) => isOneOf(entry, kind)).flatMap(([, actions]) => actions);
    const expected = new Set([...always, ...ofTrigger, ...entry.needs.flatMap((need) => allowed[need])]);
    expect(permissionsOf(entry)).toEqual([...expected].sort());
  });

  test.each(functions)('$name is told what its needs say and nothing else', ({ entry }) => {
    const { Environment } = Variables.parse(own(entry, 'AWS::Lambda::Function')?.Properties);
    const expected = new Set(['NODE_OPTIONS', ...entry.needs.flatMap((need) => variables[need])]);
    expect(Object.keys(Environment.Variables).sort()).toEqual([...expected].sort());
  });
});

const isOneOf = (entry: DeployedFunction, kind: keyof (typeof domains)[number]) =>
  domains.some((domain) => Object.values(domain[kind] ?? {}).includes(entry));

/** The resource of a function's own, by the path of constructs that led to it. */
function own(entry: DeployedFunction, type: string): Resource | undefined {
  const isAuthorizer = isOneOf(entry, 'authorizers');
  const path = isAuthorizer ? 'clientnest-dev-api/Authorizer/' : `-${entry.domain}-functions/${entry.name}/Service/`;
  return ofType(resources, type).find(({ Metadata }) => Metadata?.['aws:cdk:path']?.includes(path));
}

function permissionsOf(entry: DeployedFunction): string[] {
  const { PolicyDocument } = Policy.parse(own(entry, 'AWS::IAM::Policy')?.Properties);
  const pairs = PolicyDocument.Statement.flatMap(({ Action, Resource, Condition: only }) => {
    const keys = only?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'] ?? [];
    const where = keys.map((key) => ` in ${key}`).join('');
    return Action.flatMap((action) => [Resource].flat().map((resource) => `${action} on ${nameOf(resource)}${where}`));
  });
  return [...new Set(pairs)].sort();
}

const names: [pattern: RegExp, name: string][] = [
  [/^"\*"$/, '*'],
  [/Table\w+StreamArn/, 'stream'],
  [/Table\w+Arn\w+"},"\/index\/gsi1"/, 'table/index/gsi1'],
  [/Table\w+Arn\w+"},"\/index\/gsi2"/, 'table/index/gsi2'],
  [/Table\w+Arn\w+"},"\/index\/gsi3"/, 'table/index/gsi3'],
  [/^{"Fn::ImportValue":"[\w:-]+Table\w+Arn\w+"}$/, 'table'],
  [/publishQueue/, 'publish queue'],
  [/DeadLetters/, 'dead letters'],
  [/SecretsKey/, 'secrets key'],
  [/:parameter\/clientnest\/dev\/platforms"/, 'platform apps'],
  [/:parameter\/clientnest\/dev\/platforms\/\w+"/, 'platform app'],
  [/UserPool/, 'user pool'],
  [/EventBus/, 'event bus'],
  [/Logs/, 'logs'],
];
const nameOf = (resource: unknown) => {
  const text = JSON.stringify(resource);
  return names.find(([pattern]) => pattern.test(text))?.[1] ?? text;
};

describe('permissions', () => {
  const Document = z.object({
    Statement: z.array(z.looseObject({ Effect: z.string(), Action: Text, Resource: z.unknown() })),
  });
  const roles = ofType(resources, 'AWS::IAM::Policy').map(({ Properties }) =>
    Document.parse(Properties.PolicyDocument),
  );

  test('never name all resources, but for X-Ray which knows none', () => {
    const wide = roles
      .flatMap(({ Statement }) => Statement)
      .filter(({ Resource }) => /\*/.test(JSON.stringify(Resource)));
    expect(new Set(wide.flatMap(({ Action }) => Action))).toEqual(
      new Set(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']),
    );
  });

  test('never name all actions', () => {
    const actions = roles.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('come from policies of ours alone, not from managed ones', () => {
    for (const { Properties } of ofType(resources, 'AWS::IAM::Role'))
      expect(Properties.ManagedPolicyArns).toBeUndefined();
  });
});

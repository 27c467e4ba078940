import { Stack } from 'aws-cdk-lib';
import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { type Conditions, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { connectionsContract } from '../functions/connections/contract.ts';
import { AppPlatformId } from '../functions/platforms/contract.ts';
import type { VariableName } from '../functions/runtime/config.ts';
import type { Need, QueueName } from '../functions/runtime/contract.ts';
import { platformAddresses, platformAppsPath } from './platform-apis.ts';
import { pathPrefix, routeOf } from './routes.ts';
import type { Settings } from './settings.ts';

/** What functions may be allowed to touch. */
export type Resources = {
  table: ITable;
  secretsKey: IKey;
  cursorKey: ISecret;
  userPool: IUserPool;
  userPoolClient: IUserPoolClient;
  queues: Readonly<Record<QueueName, IQueue>>;
  eventBus: IEventBus;
  /** Where the API is called, without the prefix of its paths. */
  apiUrl: string;
  settings: Pick<
    Settings,
    'stage' | 'corsOrigins' | 'platformApis' | 'privateHosts' | 'dueShards' | 'planOfNewTeams' | 'attempts'
  >;
};

type Environment = Partial<Record<VariableName, string>>;
type Permission = { actions: string[]; resources: string[]; conditions?: Conditions };
type Grant = { permissions?: Permission[]; environment?: Environment };

/** Every need with the permissions and the environment it becomes. Nothing else gives a function either. */
export function grantsOver(resources: Resources) {
  const { table, secretsKey, cursorKey, userPool, userPoolClient, queues, eventBus, apiUrl, settings } = resources;
  const inTable = { TABLE_NAME: table.tableName, DUE_SHARDS: String(settings.dueShards) };
  const toTable = (action: string, index = ''): Grant => ({
    permissions: [{ actions: tableActions(action), resources: [`${table.tableArn}${index}`] }],
    environment: inTable,
  });
  const sealed = { SECRETS_KEY_ID: secretsKey.keyArn };
  const poolClient = { USER_POOL_CLIENT_ID: userPoolClient.userPoolClientId };
  const pool = { USER_POOL_ID: userPool.userPoolId };
  const apps = { PLATFORM_APPS_PATH: platformAppsPath(settings) };
  const appsArn = Stack.of(table).formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: platformAppsPath(settings).slice(1),
  });

  const grants: Record<Need, Grant> = {
    'table:get': toTable('GetItem'),
    'table:getMany': toTable('BatchGetItem'),
    'table:query': toTable('Query'),
    'table:query:gsi1': toTable('Query', '/index/gsi1'),
    'table:query:gsi2': toTable('Query', '/index/gsi2'),
    'table:query:gsi3': toTable('Query', '/index/gsi3'),
    'table:put': toTable('PutItem'),
    'table:update': toTable('UpdateItem'),
    'table:delete': toTable('DeleteItem'),
    'table:check': toTable('ConditionCheckItem'),
    'queue:publish': {
      permissions: [{ actions: ['sqs:SendMessage'], resources: [queues.publish.queueArn] }],
      environment: { PUBLISH_QUEUE_URL: queues.publish.queueUrl },
    },
    'secrets:seal': {
      permissions: [{ actions: ['kms:Encrypt'], resources: [secretsKey.keyArn] }],
      environment: sealed,
    },
    'secrets:open': {
      permissions: [{ actions: ['kms:Decrypt'], resources: [secretsKey.keyArn] }],
      environment: sealed,
    },
    // Signing up and in needs no permission: Cognito takes these calls from anyone who knows the client.
    'users:sign-up': { environment: poolClient },
    'users:read': {
      permissions: [{ actions: ['cognito-idp:AdminGetUser'], resources: [userPool.userPoolArn] }],
      environment: pool,
    },
    'tokens:verify': { environment: { ...pool, ...poolClient } },
    'events:put': {
      permissions: [{ actions: ['events:PutEvents'], resources: [eventBus.eventBusArn] }],
      environment: { EVENT_BUS_NAME: eventBus.eventBusName },
    },
    // A leaked cursor key opens nothing, since cursors carry no partition key: readable in the environment is safe enough.
    cursor: { environment: { CURSOR_KEY: cursorKey.secretValue.unsafeUnwrap() } },
    hosts: { environment: { PRIVATE_HOSTS: settings.privateHosts } },
    // SecureStrings under the key that SSM has for the account: who may read the parameter may open it.
    'platform-apps': {
      permissions: [
        { actions: ['ssm:GetParameter'], resources: AppPlatformId.options.map((id) => `${appsArn}/${id}`) },
      ],
      environment: { ...apps, PLATFORM_APIS: JSON.stringify(platformAddresses(settings.platformApis)) },
    },
    'platform-apps:list': {
      permissions: [{ actions: ['ssm:GetParametersByPath'], resources: [appsArn] }],
      environment: apps,
    },
    'consent-callback': {
      environment: {
        CONSENT_CALLBACK: `${apiUrl}${pathPrefix}${routeOf(connectionsContract.receiveConsent).path}`,
        FRONTEND_ORIGINS: settings.corsOrigins.join(' '),
      },
    },
    plans: { environment: { DEFAULT_PLAN: settings.planOfNewTeams } },
    health: {
      permissions: [
        inPartition(table, 'HEALTH', 'GetItem'),
        { actions: ['sqs:GetQueueAttributes'], resources: [queues.publish.queueArn] },
        { actions: ['events:DescribeEventBus'], resources: [eventBus.eventBusArn] },
        { actions: ['cognito-idp:DescribeUserPoolClient'], resources: [userPool.userPoolArn] },
      ],
      environment: {
        ...inTable,
        ...pool,
        ...poolClient,
        PUBLISH_QUEUE_URL: queues.publish.queueUrl,
        EVENT_BUS_NAME: eventBus.eventBusName,
      },
    },
    // What the border of every operation keeps lies under partition keys of its own, and it may touch no others.
    limits: { permissions: [inPartition(table, 'TEAM#*#LIMITS', 'UpdateItem', 'PutItem')], environment: inTable },
    attempts: {
      permissions: [inPartition(table, 'THROTTLE#*', 'UpdateItem', 'PutItem')],
      environment: {
        ...inTable,
        ATTEMPTS_PER_ACCOUNT: String(settings.attempts.perAccount),
        ATTEMPTS_PER_ADDRESS: String(settings.attempts.perAddress),
      },
    },
    idempotency: { permissions: [inPartition(table, '*#REQUESTS', 'PutItem', 'DeleteItem')], environment: inTable },
    audit: { permissions: [inPartition(table, 'TEAM#*#AUDIT', 'PutItem')], environment: inTable },
  };

  return {
    environment: (needs: readonly Need[]): Environment =>
      Object.assign({}, ...needs.map((need) => grants[need].environment)),
    give(needs: readonly Need[], role: IRole) {
      for (const { actions, resources: on, conditions } of needs.flatMap((need) => grants[need].permissions ?? []))
        role.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources: on, conditions }));
    },
  };
}
export type Grants = ReturnType<typeof grantsOver>;

const tableActions = (...names: string[]) => names.map((name) => `dynamodb:${name}`);

const inPartition = (table: ITable, partition: string, ...names: string[]): Permission => ({
  actions: tableActions(...names),
  resources: [table.tableArn],
  conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partition] } },
});

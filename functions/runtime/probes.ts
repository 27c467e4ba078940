import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from './aws-client.ts';
import { config } from './config.ts';
import { dynamoTable } from './table.ts';

/** A cheap question to each thing that the API stands on; an answer is all that counts. */
export type Probes = Record<'table' | 'queue' | 'events' | 'users', () => Promise<unknown>>;

/** One try each: readiness asks whether it answers now. */
const once = { ...awsClient, maxAttempts: 1 };

export function deployedProbes(): Probes {
  const { PUBLISH_QUEUE_URL, EVENT_BUS_NAME, USER_POOL_ID, USER_POOL_CLIENT_ID } = config(
    'PUBLISH_QUEUE_URL',
    'EVENT_BUS_NAME',
    'USER_POOL_ID',
    'USER_POOL_CLIENT_ID',
  );
  const table = dynamoTable();
  const queues = new SQSClient(once);
  const bridge = new EventBridgeClient(once);
  const cognito = new CognitoIdentityProviderClient(once);
  const client = { UserPoolId: USER_POOL_ID, ClientId: USER_POOL_CLIENT_ID };
  const queue = { QueueUrl: PUBLISH_QUEUE_URL, AttributeNames: ['QueueArn' as const] };
  return {
    table: () => table.get({ pk: 'HEALTH', sk: 'PROBE' }),
    queue: () => queues.send(new GetQueueAttributesCommand(queue)),
    events: () => bridge.send(new DescribeEventBusCommand({ Name: EVENT_BUS_NAME })),
    users: () => cognito.send(new DescribeUserPoolClientCommand(client)),
  };
}

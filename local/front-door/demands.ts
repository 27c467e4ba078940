import * as z from 'zod';
import type { AwsCall, ServiceName } from './aws-call.ts';
import type { Demand } from './statements.ts';

/** What demands need to know about this machine to name a resource. */
export type Landscape = {
  region: string;
  account: string;
  keyArn: (input: unknown) => string | undefined;
  secretArn: (id: string) => string | undefined;
};
type Demands = (call: AwsCall, landscape: Landscape) => Demand[];

/** Actions and resources that a call must be allowed, as IAM's service authorization reference lists them. */
export const demandsOf = (call: AwsCall, landscape: Landscape): Demand[] => demands[call.service](call, landscape);

const demands: Readonly<Record<ServiceName, Demands>> = {
  dynamodb: dynamodbDemands,
  sqs: ({ action, input }, { region, account }) => {
    const { QueueUrl, QueueName } = Queue.parse(input ?? {});
    const name = QueueUrl?.split('/').at(-1) ?? QueueName ?? '*';
    return [
      {
        action: `sqs:${action.replace(/^((Send|Delete)Message|ChangeMessageVisibility)Batch$/, '$1')}`,
        resource: `arn:aws:sqs:${region}:${account}:${name}`,
      },
    ];
  },
  'cognito-idp': ({ action, input }, { region, account }) => {
    if (!needsPermission(action)) return [];
    const { UserPoolId } = Pool.parse(input ?? {});
    const resource = UserPoolId === undefined ? '*' : `arn:aws:cognito-idp:${region}:${account}:userpool/${UserPoolId}`;
    return [{ action: `cognito-idp:${action}`, resource }];
  },
  kms: ({ action, input }, { keyArn }) => {
    const { EncryptionContext = {} } = Sealing.parse(input ?? {});
    const entries = Object.entries(EncryptionContext).map(([key, value]) => [`kms:EncryptionContext:${key}`, [value]]);
    const context = { ...Object.fromEntries(entries), 'kms:EncryptionContextKeys': Object.keys(EncryptionContext) };
    return [{ action: `kms:${action}`, resource: keyArn(input) ?? '*', context }];
  },
  events: ({ action, input }, { region, account }) => {
    const { Entries = [], Name } = Events.parse(input ?? {});
    const named = Name === undefined ? Entries.map(({ EventBusName = 'default' }) => EventBusName) : [Name];
    const buses = new Set(named.map((bus) => bus.split('/').at(-1)));
    return [...buses].map((bus) => ({
      action: `events:${action}`,
      resource: `arn:aws:events:${region}:${account}:event-bus/${bus}`,
    }));
  },
  secretsmanager: ({ action, input }, { secretArn }) => {
    const { SecretId = '' } = Secret.parse(input ?? {});
    return [{ action: `secretsmanager:${action}`, resource: secretArn(SecretId) ?? SecretId }];
  },
  ssm: ({ action, input }, { region, account }) => {
    const { Name, Path = '' } = Parameter.parse(input ?? {});
    const name = (Name ?? Path).replace(/^\//, '').replace(/\/$/, '');
    return [{ action: `ssm:${action}`, resource: `arn:aws:ssm:${region}:${account}:parameter/${name}` }];
  },
  s3: s3Demands,
  sts: () => [], // asking who one is needs no permission
};

const Queue = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() });
const Pool = z.object({ UserPoolId: z.string().optional() });
const Sealing = z.object({ EncryptionContext: z.record(z.string(), z.string()).optional() });
const Events = z.object({
  Name: z.string().optional(),
  Entries: z.array(z.object({ EventBusName: z.string().optional() })).optional(),
});
const Parameter = z.object({ Name: z.string().optional(), Path: z.string().optional() });
const Secret = z.object({ SecretId: z.string().optional() });

/** Cognito takes what users do for themselves from anyone; what is done to users, and to pools, is signed. */
const needsPermission = (action: string) =>
  /^(Admin|List|Describe|Create|Update(?!UserAttributes)|Delete(?!User$|UserAttributes)|Add|Set(?!UserMFA|UserSettings)|Get(?!User$|UserAttributeVerificationCode))/.test(
    action,
  );

/** The partition key of what a call touches, for `dynamodb:LeadingKeys`. */
const Keyed = z.object({ pk: z.object({ S: z.string() }).optional() }).optional();
const InTable = z.object({ TableName: z.string(), Key: Keyed, Item: Keyed });
const DynamodbInput = z.object({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  Key: Keyed,
  Item: Keyed,
  RequestItems: z.record(z.string(), z.unknown()).optional(),
  TransactItems: z
    .array(z.partialRecord(z.enum(['Put', 'Update', 'Delete', 'ConditionCheck', 'Get']), InTable))
    .optional(),
});
const inTransaction = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
} as const;

function dynamodbDemands({ action, input }: AwsCall, { region, account }: Landscape): Demand[] {
  const parsed = DynamodbInput.safeParse(input);
  const { TableName = '*', IndexName, RequestItems, TransactItems } = parsed.data ?? {};
  const tableArn = (name: string) =>
    name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  if (TransactItems !== undefined)
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName, ...row }]) => ({
        action: `dynamodb:${Object.entries(inTransaction).find(([name]) => name === kind)?.[1]}`,
        resource: tableArn(TableName),
        context: leadingKeys(row),
      })),
    );
  if (RequestItems !== undefined)
    return Object.keys(RequestItems).map((name) => ({ action: `dynamodb:${action}`, resource: tableArn(name) }));
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  const context = leadingKeys(parsed.data ?? {});
  return [{ action: `dynamodb:${action}`, resource: tableArn(TableName) + index, context }];
}

/** Calls that name no row by its key tell nothing, and a permission that asks for certain keys does not fit them. */
function leadingKeys({ Key, Item }: { Key?: z.infer<typeof Keyed>; Item?: z.infer<typeof Keyed> }) {
  const pk = Key?.pk?.S ?? Item?.pk?.S;
  return { 'dynamodb:LeadingKeys': [pk ?? ''] };
}

function s3Demands({ message: { method, path, headers } }: AwsCall): Demand[] {
  const { pathname, searchParams } = new URL(path, 'http://local');
  const [, bucket = '', ...keyParts] = pathname.split('/');
  const key = decodeURIComponent(keyParts.join('/'));
  if (key === '') {
    const action = searchParams.has('delete')
      ? 's3:DeleteObject'
      : method === 'POST'
        ? 's3:PutObject'
        : 's3:ListBucket';
    return [{ action, resource: action === 's3:ListBucket' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/*` }];
  }
  const action = { GET: 'GetObject', HEAD: 'GetObject', DELETE: 'DeleteObject' }[method] ?? 'PutObject';
  const copied = headers['x-amz-copy-source'];
  const source = {
    action: 's3:GetObject',
    resource: `arn:aws:s3:::${decodeURIComponent(String(copied)).replace(/^\//, '')}`,
  };
  return [
    { action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}/${key}` },
    ...(copied === undefined ? [] : [source]),
  ];
}

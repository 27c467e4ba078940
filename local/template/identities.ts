import { createHash } from 'node:crypto';

/** Where a resource lives: what its name, ARN and URL are made of. */
export type Place = {
  stack: string;
  id: string;
  region: string;
  account: string;
  /** Where SDK calls go. */
  awsUrl: string;
  /** Where the HTTP API answers. */
  apiUrl: string;
};

export type Identity = { ref: string; attributes: Readonly<Record<string, string>> };
type Named = Readonly<Record<string, unknown>>;

/** A short name that stays the same over restarts, for ids that AWS would make up. */
export const stableId = (seed: string, length: number) =>
  BigInt(`0x${createHash('sha256').update(seed).digest('hex')}`)
    .toString(36)
    .slice(1, length + 1);

const arn = ({ region, account }: Place, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
const globalArn = ({ account }: Place, service: string, resource: string) =>
  `arn:aws:${service}::${account}:${resource}`;

const seedOf = ({ stack, id }: Place) => `${stack}/${id}`;
const nameOr = (given: unknown, { stack, id }: Place) => (typeof given === 'string' ? given : `${stack}-${id}`);
const named = (ref: string, arn: string, more: Record<string, string> = {}) => ({
  ref,
  attributes: { Arn: arn, ...more },
});

/** What `Ref` and `Fn::GetAtt` give for each type of resource, by the same rules as AWS. */
export const identities: Readonly<Record<string, (place: Place, properties: Named) => Identity>> = {
  'AWS::DynamoDB::Table': (place, { TableName }) => {
    const name = nameOr(TableName, place);
    const tableArn = arn(place, 'dynamodb', `table/${name}`);
    return named(name, tableArn, { StreamArn: `${tableArn}/stream/2025-01-01T00:00:00.000` });
  },
  'AWS::SQS::Queue': (place, { QueueName }) => {
    const name = nameOr(QueueName, place);
    const url = `${place.awsUrl}/${place.account}/${name}`;
    return named(url, arn(place, 'sqs', name), { QueueName: name, QueueUrl: url });
  },
  'AWS::Lambda::Function': (place, { FunctionName }) => {
    const name = nameOr(FunctionName, place).slice(0, 64);
    return named(name, arn(place, 'lambda', `function:${name}`));
  },
  'AWS::Events::EventBus': (place, { Name }) => {
    const name = nameOr(Name, place);
    return named(name, arn(place, 'events', `event-bus/${name}`), { Name: name });
  },
  'AWS::Events::Rule': (place, { Name }) => {
    const name = nameOr(Name, place);
    return named(name, arn(place, 'events', `rule/${name}`));
  },
  'AWS::Scheduler::Schedule': (place, { Name, GroupName }) => {
    const name = nameOr(Name, place);
    const group = typeof GroupName === 'string' ? GroupName : 'default';
    return named(name, arn(place, 'scheduler', `schedule/${group}/${name}`));
  },
  'AWS::Scheduler::ScheduleGroup': (place, { Name }) => {
    const name = nameOr(Name, place);
    return named(name, arn(place, 'scheduler', `schedule-group/${name}`));
  },
  'AWS::ApiGatewayV2::Api': (place) => {
    const id = stableId(seedOf(place), 10);
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: place.apiUrl } };
  },
  'AWS::ApiGatewayV2::Stage': ({ id }, { StageName }) => ({ ref: String(StageName ?? id), attributes: {} }),
  'AWS::ApiGatewayV2::Authorizer': (place) => {
    const id = stableId(seedOf(place), 6);
    return { ref: id, attributes: { AuthorizerId: id } };
  },
  'AWS::Cognito::UserPool': (place) => {
    const id = `${place.region}_${stableId(seedOf(place), 9)}`;
    const providerName = `cognito-idp.${place.region}.amazonaws.com/${id}`;
    const more = { UserPoolId: id, ProviderName: providerName, ProviderURL: `https://${providerName}` };
    return named(id, arn(place, 'cognito-idp', `userpool/${id}`), more);
  },
  'AWS::Cognito::UserPoolClient': (place) => {
    const id = stableId(seedOf(place), 26);
    return { ref: id, attributes: { ClientId: id } };
  },
  'AWS::KMS::Key': (place) => {
    const id = keyId(seedOf(place));
    return named(id, arn(place, 'kms', `key/${id}`), { KeyId: id });
  },
  'AWS::KMS::Alias': ({ id }, { AliasName }) => ({ ref: String(AliasName ?? id), attributes: {} }),
  'AWS::SecretsManager::Secret': (place, { Name }) => {
    const suffix = stableId(seedOf(place), 6);
    const secretArn = arn(place, 'secretsmanager', `secret:${nameOr(Name, place)}-${suffix}`);
    return { ref: secretArn, attributes: { Id: secretArn } };
  },
  'AWS::S3::Bucket': (place, { BucketName }) => {
    const name = nameOr(BucketName, place).toLowerCase().slice(0, 63);
    const domains = { DomainName: `${name}.s3.amazonaws.com`, WebsiteURL: `${place.awsUrl}/${name}` };
    return named(name, `arn:aws:s3:::${name}`, { ...domains, RegionalDomainName: domains.DomainName });
  },
  'AWS::IAM::Role': (place, { RoleName }) => {
    const name = nameOr(RoleName, place);
    return named(name, globalArn(place, 'iam', `role/${name}`), { RoleId: `AROA${stableId(name, 16).toUpperCase()}` });
  },
  'AWS::IAM::ManagedPolicy': (place, { ManagedPolicyName }) => {
    const policyArn = globalArn(place, 'iam', `policy/${nameOr(ManagedPolicyName, place)}`);
    return { ref: policyArn, attributes: { PolicyArn: policyArn } };
  },
  'AWS::SNS::Topic': (place, { TopicName }) => {
    const name = nameOr(TopicName, place);
    const topicArn = arn(place, 'sns', name);
    return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  },
  'AWS::Logs::LogGroup': (place, { LogGroupName }) => {
    const name = nameOr(LogGroupName, place);
    return named(name, arn(place, 'logs', `log-group:${name}:*`));
  },
};

/** For everything that does not run here: a name to point at, and an ARN nobody answers to. */
export const plainIdentity = (place: Place): Identity => {
  const name = `${place.stack}-${place.id}`;
  return named(name, arn(place, 'local', name));
};

function keyId(seed: string) {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

import type { Assembly } from './assembly.ts';

const run = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::S3::Bucket',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
];

/** Types that change nothing a function could notice here: monitoring, retention, rules on who may reach what from outside. */
const ignored = [
  'AWS::ApplicationInsights::',
  'AWS::Backup::',
  'AWS::Budgets::',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::',
  'AWS::Logs::',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::',
  'AWS::SQS::QueuePolicy',
  'AWS::SSM::Parameter',
  'AWS::WAFv2::',
  'AWS::XRay::',
  'Custom::',
];

/** One line for each resource that a deployment would have and this machine does not, with the functions that lean on it. */
export function missingHere({ stacks }: Pick<Assembly, 'stacks'>): string[] {
  return stacks.flatMap(({ name, template: { Resources } }) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => !run.includes(Type) && !ignored.some((prefix) => Type.startsWith(prefix)))
      .map(([id, { Type }]) => {
        const functions = Object.entries(Resources)
          .filter(([, other]) => other.Type === 'AWS::Lambda::Function' && mentions(other.Properties, id))
          .map(([functionId]) => functionId);
        const who = functions.length > 0 ? `; these functions refer to it: ${functions.join(', ')}` : '';
        return `${Type} ${name}/${id} does not run here${who}`;
      }),
  );
}

function mentions(value: unknown, id: string): boolean {
  if (typeof value === 'string') return value === id || value.includes(`\${${id}`);
  return typeof value === 'object' && value !== null && Object.values(value).some((item) => mentions(item, id));
}

import { Duration, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundleDirectory, type DeployedFunction } from '../deployed-functions.ts';
import { type Foundations, removalPolicyOf } from '../foundations.ts';

export type ServiceFunctionProps = Foundations & {
  entry: DeployedFunction;
  /** For entries that name none. */
  defaultTimeoutSeconds: number;
};

/** Every function there is: the house's runtime, logs, tracing and role, and what its contract entry says. */
export class ServiceFunction extends Construct {
  readonly fn: LambdaFunction;
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { entry, settings, grants, bundles, defaultTimeoutSeconds } = props;
    this.timeoutSeconds = entry.timeoutSeconds ?? defaultTimeoutSeconds;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetention,
      removalPolicy: removalPolicyOf(settings),
    });
    // A role of our own: the one that CDK would make may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    grants.give(entry.needs, role);
    this.fn = new LambdaFunction(this, 'Function', {
      description: entry.summary,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundleDirectory(entry, bundles)),
      role,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...grants.environment(entry.needs) },
      timeout: Duration.seconds(this.timeoutSeconds),
      memorySize: entry.memoryMb ?? 512,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'X-Ray takes segments for no resource but *; it is the only statement with it (tests/lib/grants.test.ts).',
    });
  }
}

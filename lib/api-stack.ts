import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { CorsHttpMethod, HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Authorizer } from '../functions/runtime/contract.ts';
import type { ApiRef } from './constructs/endpoint-route.ts';
import { ImpactAlarm } from './constructs/impact-alarm.ts';
import { RequestAuthorizer } from './constructs/request-authorizer.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { type Foundations, removalPolicyOf, stageName } from './foundations.ts';
import { pathPrefix } from './routes.ts';
import type { Settings } from './settings.ts';

export type ApiStackProps = StackProps & { authorizer: Authorizer; foundations: Foundations };

/** The HTTP API with its stage and authorizers. Its routes lie in the stacks of the domains. */
export class ApiStack extends Stack implements ApiRef {
  readonly api: HttpApi;
  readonly apiId: string;
  /** Where it is called, without the prefix of its paths. */
  readonly url: string;
  readonly authorizerIds: ApiRef['authorizerIds'];

  constructor(scope: Construct, id: string, { authorizer, foundations, ...props }: ApiStackProps) {
    super(scope, id, props);
    const { settings } = foundations;
    this.api = new HttpApi(this, 'Api', {
      apiName: stageName(settings),
      createDefaultStage: false,
      corsPreflight: cors(settings),
    });
    this.apiId = this.api.apiId;
    this.url = settings.apiAddress ?? this.api.apiEndpoint;
    this.addStage(settings);

    // The gateway answers 401 by itself when a cached header is missing, so calls without a team need an authorizer
    // that does not ask for one.
    const { fn } = new ServiceFunction(this, 'Authorizer', {
      ...foundations,
      entry: authorizer,
      defaultTimeoutSeconds: 10,
    });
    const over = (name: string, headers: string[]) =>
      new RequestAuthorizer(this, `${name}Authorizer`, { apiId: this.apiId, name, fn, headers }).authorizerId;
    this.authorizerIds = { user: over('user', ['Authorization']), team: over('team', ['Authorization', 'X-Team-Id']) };
    new ImpactAlarm(this, 'AuthorizerAlarm', {
      ...foundations,
      name: 'authorizer-failing',
      metric: fn.metricErrors({ period: Duration.minutes(1) }),
      impact: 'Signed-in users are turned away: who calls cannot be told.',
      periods: 3,
      atLeast: 2,
    });
    new CfnOutput(this, 'Url', { value: `${this.url}${pathPrefix}` });
  }

  private addStage(settings: Settings) {
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: settings.logRetention,
      removalPolicy: removalPolicyOf(settings),
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: settings.throttle,
      detailedMetricsEnabled: true,
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: accessLogFormat },
    });
  }
}

const cors = ({ corsOrigins }: Settings) => ({
  allowOrigins: corsOrigins,
  allowMethods: [CorsHttpMethod.ANY],
  allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match', 'x-team-id'],
  exposeHeaders: ['etag', 'idempotent-replayed', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
  maxAge: Duration.hours(1),
});

/** Says how a request went, never what was in it. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    at: '$context.requestTime',
    route: '$context.routeKey',
    status: '$context.status',
    ip: '$context.identity.sourceIp',
    ms: '$context.responseLatency',
    functionMs: '$context.integrationLatency',
    authorizerMs: '$context.authorizer.latency',
    error: '$context.error.messageString',
    functionError: '$context.integrationErrorMessage',
    authorizerError: '$context.authorizer.error',
  }),
);

import { Stack, Validations } from 'aws-cdk-lib';
import { CfnIntegration, CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Auth, Endpoint } from '../../functions/runtime/contract.ts';
import type { Foundations } from '../foundations.ts';
import { pathPrefix, routeOf } from '../routes.ts';
import { ServiceFunction } from './service-function.ts';

/** The HTTP API as routes see it: its id, and the id of the authorizer for each kind of caller. */
export type ApiRef = { apiId: string; authorizerIds: Readonly<Record<Exclude<Auth, 'none'>, string>> };

export type EndpointRouteProps = Foundations & { entry: Endpoint; api: ApiRef };

/**
 * A function and the route that leads to it. Integration and route lie in the stack of the function, not of the API:
 * so the API's stack does not grow with the endpoints (500 resources are the end of a stack).
 */
export class EndpointRoute extends Construct {
  readonly function: ServiceFunction;

  constructor(scope: Construct, id: string, { entry, api, ...foundations }: EndpointRouteProps) {
    super(scope, id);
    const { method, path } = routeOf(entry);
    this.function = new ServiceFunction(this, 'Service', { ...foundations, entry, defaultTimeoutSeconds: 10 });
    const { fn, timeoutSeconds } = this.function;
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: fn.functionArn,
      payloadFormatVersion: '2.0',
      timeoutInMillis: timeoutSeconds * 1_000,
    });
    const route = new CfnRoute(this, 'Route', {
      apiId: api.apiId,
      routeKey: `${method} ${pathPrefix}${path}`,
      target: `integrations/${integration.ref}`,
      ...(entry.auth === 'none'
        ? { authorizationType: 'NONE' }
        : { authorizationType: 'CUSTOM', authorizerId: api.authorizerIds[entry.auth] }),
    });
    if (entry.auth === 'none')
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Its contract entry says `auth: none`: it is called before there is a session, or holds nothing private.',
      });
    fn.addPermission('Invoke', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: api.apiId,
        resourceName: `*/${method}${pathPrefix}${path.replace(/\{[^}]+\}/g, '*')}`,
      }),
    });
  }
}

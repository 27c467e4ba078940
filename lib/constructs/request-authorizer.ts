import { Stack } from 'aws-cdk-lib';
import { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export type RequestAuthorizerProps = {
  apiId: string;
  name: string;
  fn: IFunction;
  /** The answer is kept for requests that agree in these; without one of them, the gateway itself answers 401. */
  headers: readonly string[];
};

/** How long a removed member or a revoked key may still be let in. */
const cacheSeconds = 60;

/** Puts a function in front of routes that says who calls. */
export class RequestAuthorizer extends Construct {
  readonly authorizerId: string;

  constructor(scope: Construct, id: string, { apiId, name, fn, headers }: RequestAuthorizerProps) {
    super(scope, id);
    const { partition, region } = Stack.of(this);
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      apiId,
      name,
      authorizerType: 'REQUEST',
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: true,
      authorizerResultTtlInSeconds: cacheSeconds,
      identitySource: headers.map((header) => `$request.header.${header}`),
      authorizerUri: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${fn.functionArn}/invocations`,
    });
    this.authorizerId = authorizer.ref;
    fn.addPermission(`${id}Invoke`, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: apiId,
        resourceName: `authorizers/${authorizer.ref}`,
      }),
    });
  }
}

import { describe, expect, test } from 'vitest';
import { readHttpApi } from '../../../local/gateway/http-api.ts';
import { resourcesOf } from '../resources-of.ts';

const fn = 'arn:aws:lambda:us-east-1:000000000000:function:fn';
const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${fn}/invocations`;

type Parts = { integration?: object; authorizer?: object; route?: object; permission?: object | null; api?: object };

function read({ integration, authorizer, route, permission = {}, api }: Parts = {}) {
  const problems: string[] = [];
  const ApiId = { Ref: 'Api' };
  const resources = resourcesOf({
    Api: { type: 'AWS::ApiGatewayV2::Api', properties: { ProtocolType: 'HTTP', ...api } },
    Stage: { type: 'AWS::ApiGatewayV2::Stage', properties: { ApiId, StageName: 'v1', StageVariables: { a: 'b' } } },
    Integration: {
      type: 'AWS::ApiGatewayV2::Integration',
      properties: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: uri,
        PayloadFormatVersion: '2.0',
        TimeoutInMillis: 5_000,
        ...integration,
      },
    },
    Authorizer: {
      type: 'AWS::ApiGatewayV2::Authorizer',
      properties: {
        AuthorizerType: 'REQUEST',
        AuthorizerUri: uri,
        EnableSimpleResponses: true,
        IdentitySource: ['$request.header.A'],
        ...authorizer,
      },
    },
    Route: {
      type: 'AWS::ApiGatewayV2::Route',
      properties: {
        ApiId,
        RouteKey: 'GET /a',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
        ...route,
      },
    },
    ...(permission && {
      Permission: {
        type: 'AWS::Lambda::Permission',
        properties: { FunctionName: fn, Principal: 'apigateway.amazonaws.com', ...permission },
      },
    }),
  });
  return { api: readHttpApi(resources, (text) => problems.push(text)), problems };
}
const custom = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } };

describe('the HTTP API of a template', () => {
  test('has its stage and routes, each with function, timeout and authorizer', () => {
    const { api, problems } = read({ route: custom });
    expect(api).toMatchObject({
      stage: 'v1',
      stageVariables: { a: 'b' },
      routes: [
        {
          key: 'GET /a',
          functionArn: fn,
          timeoutMs: 5_000,
          isPermitted: true,
          authorizer: { functionArn: fn, cacheMs: 300_000, identitySources: ['$request.header.A'] },
        },
      ],
    });
    expect(problems).toEqual([]);
  });

  test.each([
    ['none', null],
    ['one for another service', { Principal: 'events.amazonaws.com' }],
    ['one for another route', { SourceArn: 'arn:aws:execute-api:us-east-1:000000000000:*/*/POST/b' }],
  ])('says which route has no permission to invoke: %s', (_, permission) => {
    const { api, problems } = read({ permission });
    expect(api?.routes[0]?.isPermitted).toBe(false);
    expect(problems).toEqual([expect.stringContaining('GET /a will answer 500')]);
  });

  test.each<[Parts, string]>([
    [{ integration: { PayloadFormatVersion: '1.0' } }, 'only AWS_PROXY integrations with payload 2.0'],
    [{ integration: { IntegrationType: 'HTTP_PROXY' } }, 'only AWS_PROXY integrations'],
    [{ route: custom, authorizer: { AuthorizerType: 'JWT' } }, 'only REQUEST authorizers'],
    [{ route: custom, authorizer: { EnableSimpleResponses: false } }, 'with simple responses'],
  ])('refuses what does not run here: %o', (parts, message) => {
    expect(() => read(parts)).toThrow(message);
  });

  test('is not there when the template has none', () => {
    expect(read({ api: { ProtocolType: 'WEBSOCKET' } }).api).toBeUndefined();
  });
});

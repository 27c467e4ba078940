import { describe, expect, test } from 'vitest';
import { domains } from '../../functions/contracts.ts';
import { clientNest } from '../../lib/app.ts';
import { settings } from '../../lib/settings.ts';
import { ofType, resourcesOf, sampleTemplates } from '../support/stacks.ts';

const templates = sampleTemplates({ settings: settings.prod });
const api = resourcesOf(templates, 'clientnest-prod-api');

describe('the API', () => {
  test('asks one function who calls, with the team and without it', () => {
    const authorizers = ofType(api, 'AWS::ApiGatewayV2::Authorizer').map(({ Properties }) => Properties);
    expect(authorizers).toMatchObject([
      { Name: 'user', IdentitySource: ['$request.header.Authorization'] },
      { Name: 'team', IdentitySource: ['$request.header.Authorization', '$request.header.X-Team-Id'] },
    ]);
    for (const authorizer of authorizers)
      expect(authorizer).toMatchObject({
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        AuthorizerResultTtlInSeconds: 60,
      });
    expect(ofType(api, 'AWS::Lambda::Function')).toHaveLength(1);
  });

  test('is open to the pages of its stage only', () => {
    expect(ofType(api, 'AWS::ApiGatewayV2::Api')[0]?.Properties).toMatchObject({
      CorsConfiguration: {
        AllowOrigins: settings.prod.corsOrigins,
        AllowHeaders: expect.arrayContaining(['authorization', 'x-team-id', 'idempotency-key', 'if-match']),
      },
    });
  });

  test('has bounds, and a log of who asked for what', () => {
    expect(ofType(api, 'AWS::ApiGatewayV2::Stage')[0]?.Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 },
      AccessLogSettings: { Format: expect.stringContaining('$context.requestId') },
    });
  });

  test('asks who calls on every route whose entry says so', () => {
    const routes = ofType(resourcesOf(templates), 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties);
    for (const entry of domains.flatMap(({ endpoints }) => Object.values(endpoints ?? {}))) {
      const [method, path] = entry.route.split(' ');
      const route = routes.find(({ RouteKey }) => RouteKey === `${method} /v1${path}`);
      expect(route, entry.route).toMatchObject({ AuthorizationType: entry.auth === 'none' ? 'NONE' : 'CUSTOM' });
    }
  });

  test('lets no endpoint run longer than the gateway waits', () => {
    const integrations = ofType(resourcesOf(templates), 'AWS::ApiGatewayV2::Integration');
    for (const { Properties } of integrations) expect(Properties.TimeoutInMillis).toBeLessThanOrEqual(30_000);
  });

  test('is not made without exactly one authorizer', () => {
    expect(() => clientNest(settings.dev, { domains: [] })).toThrow('exactly one authorizer');
  });
});

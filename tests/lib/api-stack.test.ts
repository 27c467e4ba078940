import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import { clientNest } from '../../lib/app.ts';
import { type Settings, settings } from '../../lib/settings.ts';
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

  const callbackOf = (stage: Settings) => {
    const connections = resourcesOf(
      sampleTemplates({ settings: stage }),
      `clientnest-${stage.stage}-connections-functions`,
    );
    const asking = ofType(connections, 'AWS::Lambda::Function').map(({ Properties }) => Told.parse(Properties));
    const told = asking.map(({ Environment }) => Environment.Variables).filter((one) => 'CONSENT_CALLBACK' in one);
    expect(told).toHaveLength(2);
    return told[0] ?? {};
  };
  const Told = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

  test('is where consent may come back to, on its way to the frontends of its stage', () => {
    const { CONSENT_CALLBACK, FRONTEND_ORIGINS } = callbackOf(settings.prod);
    const imported = { 'Fn::ImportValue': expect.stringContaining('clientnest-prod-api') };
    expect(CONSENT_CALLBACK).toEqual({ 'Fn::Join': ['', [imported, '/v1/connections/callback']] });
    expect(FRONTEND_ORIGINS).toBe(settings.prod.corsOrigins.join(' '));
  });

  test('has a name of its own where the stage has one', () => {
    const { CONSENT_CALLBACK } = callbackOf({ ...settings.prod, apiAddress: 'https://api.example.com' });
    expect(CONSENT_CALLBACK).toBe('https://api.example.com/v1/connections/callback');
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

import * as z from 'zod';
import { flag } from '../template/flag.ts';
import type { Resources } from '../template/resources.ts';
import { readPermissions } from '../triggers/permissions.ts';

const Cors = z.object({
  AllowOrigins: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowHeaders: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
  AllowCredentials: flag.default(false),
});
export type Cors = z.infer<typeof Cors>;

const Api = z.object({ ProtocolType: z.string().default('HTTP'), CorsConfiguration: Cors.optional() });
const Stage = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  StageVariables: z.record(z.string(), z.string()).optional(),
});
const Route = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.string().optional(),
});
const Integration = z.object({
  IntegrationType: z.string(),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.string().default('1.0'),
  TimeoutInMillis: z.coerce.number().default(30_000),
});
const AuthorizerProperties = z.object({
  AuthorizerType: z.string(),
  AuthorizerUri: z.string().optional(),
  AuthorizerResultTtlInSeconds: z.coerce.number().default(300),
  EnableSimpleResponses: flag.default(false),
  IdentitySource: z.array(z.string()).default([]),
});

export type Authorizer = {
  id: string;
  functionArn: string;
  cacheMs: number;
  /** `$request.header.Name` and the like. */
  identitySources: readonly string[];
};
export type ApiRoute = {
  key: string;
  functionArn: string;
  timeoutMs: number;
  authorizer: Authorizer | undefined;
  /** Whether the template lets this API invoke the function of the route. */
  isPermitted: boolean;
};
export type HttpApi = {
  id: string;
  region: string;
  account: string;
  stage: string;
  stageVariables: Readonly<Record<string, string>> | undefined;
  cors: Cors | undefined;
  routes: readonly ApiRoute[];
};

/** The HTTP API of the template with its routes, each joined to its function and authorizer. */
export function readHttpApi(resources: Resources, onProblem: (text: string) => void): HttpApi | undefined {
  const api = resources
    .list('AWS::ApiGatewayV2::Api', Api)
    .find(({ properties }) => properties.ProtocolType === 'HTTP');
  if (api === undefined) return undefined;
  const stage = resources
    .list('AWS::ApiGatewayV2::Stage', Stage)
    .find(({ properties }) => properties.ApiId === api.ref);
  const joined = routeJoiner(resources, api);
  const routes = resources
    .list('AWS::ApiGatewayV2::Route', Route)
    .filter(({ properties }) => properties.ApiId === api.ref)
    .map(({ properties }) => joined(properties));
  for (const { key, functionArn } of routes.filter(({ isPermitted }) => !isPermitted))
    onProblem(
      `${key} will answer 500: no AWS::Lambda::Permission lets the API invoke ${functionArn} or its authorizer`,
    );
  return {
    id: api.ref,
    region: api.region,
    account: api.account,
    stage: stage?.properties.StageName ?? '$default',
    stageVariables: stage?.properties.StageVariables,
    cors: api.properties.CorsConfiguration,
    routes,
  };
}

type Owner = { ref: string; region: string; account: string };

function routeJoiner(resources: Resources, { ref: apiId, region, account }: Owner) {
  const integrations = byRef(resources.list('AWS::ApiGatewayV2::Integration', Integration));
  const authorizers = byRef(resources.list('AWS::ApiGatewayV2::Authorizer', AuthorizerProperties));
  const mayInvoke = readPermissions(resources);
  const isAllowed = (functionArn: string, path: string) => {
    const sourceArn = `arn:aws:execute-api:${region}:${account}:${apiId}/${path}`;
    return mayInvoke({ principal: 'apigateway.amazonaws.com', functionArn, sourceArn });
  };
  return (route: z.infer<typeof Route>): ApiRoute => {
    const { functionArn, timeoutMs } = readIntegration(route, integrations);
    const authorizer = readAuthorizer(route, authorizers);
    const isPermitted =
      isAllowed(functionArn, `$default/${route.RouteKey.replace(' /', '/')}`) &&
      (authorizer === undefined || isAllowed(authorizer.functionArn, `authorizers/${authorizer.id}`));
    return { key: route.RouteKey, functionArn, timeoutMs, authorizer, isPermitted };
  };
}

const byRef = <Properties>(all: readonly { ref: string; properties: Properties }[]) =>
  new Map(all.map(({ ref, properties }) => [ref, properties]));

function readIntegration(
  { RouteKey, Target }: z.infer<typeof Route>,
  integrations: ReadonlyMap<string, z.infer<typeof Integration>>,
) {
  const integration = integrations.get(Target.split('/').at(-1) ?? '');
  if (integration?.IntegrationType !== 'AWS_PROXY' || integration.PayloadFormatVersion !== '2.0')
    throw new Error(`template: ${RouteKey}: only AWS_PROXY integrations with payload 2.0 run here`);
  return { functionArn: arnInUri(integration.IntegrationUri), timeoutMs: integration.TimeoutInMillis };
}

function readAuthorizer(
  { RouteKey, AuthorizationType, AuthorizerId: id }: z.infer<typeof Route>,
  authorizers: ReadonlyMap<string, z.infer<typeof AuthorizerProperties>>,
): Authorizer | undefined {
  if (AuthorizationType === 'NONE') return undefined;
  const properties = authorizers.get(id ?? '');
  if (id === undefined || properties?.AuthorizerType !== 'REQUEST' || !properties.EnableSimpleResponses)
    throw new Error(`template: ${RouteKey}: only REQUEST authorizers with simple responses run here`);
  return {
    id,
    functionArn: arnInUri(properties.AuthorizerUri ?? ''),
    cacheMs: properties.AuthorizerResultTtlInSeconds * 1000,
    identitySources: properties.IdentitySource,
  };
}

/** The function in an API Gateway URI, or the ARN itself. */
const arnInUri = (uri: string) => /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;

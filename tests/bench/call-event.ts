import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

export type Caller = Record<string, string>;
export type Call = {
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: object;
};

/** The event that API Gateway makes of a call, payload format 2.0. */
export function callEvent(route: string, { path, query, headers, body }: Call, caller: Caller): APIGatewayProxyEventV2 {
  const [method = '', pathname = ''] = route.split(' ');
  const requestContext = {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'localhost',
    domainPrefix: 'localhost',
    http: { method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
    requestId: 'bench',
    routeKey: route,
    stage: '$default',
    time: '01/Jan/2030:00:00:00 +0000',
    timeEpoch: 1893456000000,
    authorizer: { lambda: caller },
  };
  return {
    version: '2.0',
    routeKey: route,
    rawPath: pathname,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    requestContext,
    pathParameters: path,
    queryStringParameters: query,
    body: body && JSON.stringify(body),
    isBase64Encoded: false,
  };
}

export const lambdaContext: Context = {
  awsRequestId: 'bench',
  functionName: 'bench',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:bench',
  memoryLimitInMB: '512',
  logGroupName: 'bench',
  logStreamName: 'bench',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => 10_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

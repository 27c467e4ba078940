import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { InvocationFailed } from '../../../local/functions/invocation.ts';
import { gateway } from '../../../local/gateway/gateway.ts';
import type { ApiRoute, HttpApi } from '../../../local/gateway/http-api.ts';
import { holdServer } from '../../../local/held-server.ts';

type Invoke = (arn: string, event: string) => Promise<string>;
let stop = async () => {};
afterEach(() => stop());

const route = (key: string, more: Partial<ApiRoute> = {}): ApiRoute => ({
  key,
  functionArn: 'fn',
  timeoutMs: 30_000,
  authorizer: undefined,
  isPermitted: true,
  ...more,
});
const authorizer = {
  id: 'auth',
  functionArn: 'authorizer',
  cacheMs: 60_000,
  identitySources: ['$request.header.Authorization'],
};

async function setup(invoke: Invoke, routes: ApiRoute[], api: Partial<HttpApi> = {}) {
  const problems: string[] = [];
  const events: { arn: string; event: Record<string, unknown> }[] = [];
  const pool = {
    invoke: (arn: string, event: string) => {
      events.push({ arn, event: JSON.parse(event) });
      return invoke(arn, event);
    },
  };
  const full = {
    id: 'api',
    region: 'us-east-1',
    account: '000000000000',
    stage: '$default',
    stageVariables: undefined,
    cors: undefined,
    routes,
    ...api,
  };
  const server = await holdServer({ wanted: undefined, usual: 0 });
  server.serve(gateway({ api: full, pool, onProblem: (problem) => problems.push(problem) }));
  stop = server.close;
  const { port } = new URL(server.url);
  const call = (method: string, path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { method, ...init });
  return { call, events, problems, port };
}

const ok: Invoke = async () => JSON.stringify({ statusCode: 200, body: 'fine' });

describe('the event of payload format 2.0', () => {
  test('has every field that API Gateway sends', async () => {
    const { call, events } = await setup(ok, [route('POST /things/{id}')]);
    await call('POST', '/things/a%2Fb?tag=x&tag=y&q=%C3%A9', {
      headers: { 'Content-Type': 'application/json', 'X-Custom': 'One', Cookie: 'a=1; b=2', 'User-Agent': 'test' },
      body: '{"n":1}',
    });
    expect(events[0]?.event).toEqual({
      version: '2.0',
      routeKey: 'POST /things/{id}',
      rawPath: '/things/a/b',
      rawQueryString: 'tag=x&tag=y&q=%C3%A9',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'content-length': '7',
        'x-custom': 'One',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      }),
      queryStringParameters: { tag: 'x,y', q: 'é' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'api',
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: { method: 'POST', path: '/things/a/b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/=$/),
        routeKey: 'POST /things/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { id: 'a/b' },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(events[0]?.event.headers).not.toHaveProperty('cookie');
  });

  test('leaves out what the request does not have', async () => {
    const { call, events } = await setup(ok, [route('GET /')]);
    await call('GET', '/');
    for (const absent of ['cookies', 'queryStringParameters', 'pathParameters', 'stageVariables', 'body'])
      expect(events[0]?.event).not.toHaveProperty(absent);
  });

  test('carries anything but text in base64', async () => {
    const { call, events } = await setup(ok, [route('PUT /file')]);
    await call('PUT', '/file', { headers: { 'content-type': 'image/png' }, body: new Uint8Array([0, 255]) });
    await call('PUT', '/file', { headers: { 'content-type': 'application/vnd.api+json' }, body: '{}' });
    expect(events.map(({ event }) => [event.body, event.isBase64Encoded])).toEqual([
      ['AP8=', true],
      ['{}', false],
    ]);
  });

  test('a named stage is part of the path, not of the route', async () => {
    const { call, events } = await setup(ok, [route('GET /a')], { stage: 'v1', stageVariables: { x: 'y' } });
    expect((await call('GET', '/v1/a')).status).toBe(200);
    expect(events[0]?.event).toMatchObject({ rawPath: '/v1/a', stageVariables: { x: 'y' } });
    expect((await call('GET', '/a')).status).toBe(404);
  });
});

describe('what the gateway makes of a result', () => {
  const reply = async (result: string) => {
    const { call } = await setup(async () => result, [route('GET /')]);
    const response = await call('GET', '/');
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      headers: response.headers,
      text: await response.text(),
    };
  };

  test('status, headers, cookies and body', async () => {
    const result = { statusCode: 201, headers: { 'X-One': 'a', 'X-Two': 2 }, cookies: ['a=1', 'b=2'], body: 'hi' };
    const { status, headers, type, text } = await reply(JSON.stringify(result));
    expect([status, headers.get('x-one'), headers.get('x-two'), headers.getSetCookie(), type, text]).toEqual([
      201,
      'a',
      '2',
      ['a=1', 'b=2'],
      'text/plain;charset=UTF-8',
      'hi',
    ]);
    expect(headers.get('apigw-requestid')).toBeTruthy();
  });

  test.each<[string, unknown, object]>([
    ['a binary body', { statusCode: 200, isBase64Encoded: true, body: 'aGk=' }, { status: 200, text: 'hi' }],
    ['a status as text', { statusCode: '404' }, { status: 404, text: '' }],
    ['no content', { statusCode: 204, body: 'ignored' }, { status: 204, text: '' }],
    ['a result without a status', { a: 1 }, { status: 200, type: 'application/json', text: '{"a":1}' }],
    ['a mere text', 'hello', { status: 200, type: 'application/json', text: 'hello' }],
    ['nothing', null, { status: 200, text: 'null' }],
    ['a status that is none', { statusCode: 'fine' }, { status: 500, text: '{"message":"Internal Server Error"}' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }, { status: 500 }],
    ['more than 6 MB', { statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) }, { status: 500 }],
  ])('%s', async (_, result, expected) => {
    expect(await reply(JSON.stringify(result))).toMatchObject(expected);
  });
});

describe('what the gateway answers itself', () => {
  test('500 for a function that fails or that it may not invoke, 404 for no route', async () => {
    const fail: Invoke = () => Promise.reject(new InvocationFailed({ type: 'Error', message: 'no' }));
    const { call, problems } = await setup(fail, [
      route('GET /fails'),
      route('GET /forbidden', { isPermitted: false }),
    ]);
    const answers = await Promise.all(['/fails', '/forbidden', '/'].map((path) => call('GET', path)));
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 404]);
    expect(await answers[2]?.json()).toEqual({ message: 'Not Found' });
    expect(problems).toEqual(['GET /fails: Error: no']);
  });

  test('503 for a function that takes too long', async () => {
    const { call } = await setup(() => new Promise(() => {}), [route('GET /', { timeoutMs: 20 })]);
    const answer = await call('GET', '/');
    expect([answer.status, await answer.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });

  test.each([
    ['more than 10 MB', 10 * 1024 * 1024 + 1],
    ['more than fits an event of 6 MB', 6 * 1024 * 1024],
  ])('413 for %s', async (_, length) => {
    const { port, events } = await setup(ok, [route('POST /')]);
    const status = await new Promise((resolve, reject) => {
      const outgoing = httpRequest({ port, host: '127.0.0.1', method: 'POST' }, async (incoming) => {
        expect(JSON.parse(await text(incoming))).toEqual({ message: 'Request Entity Too Large' });
        resolve(incoming.statusCode);
      });
      outgoing.on('error', reject).end(Buffer.alloc(length, 'a'));
    });
    expect([status, events]).toEqual([413, []]);
  });

  test('500, with a word on why, when something else goes wrong', async () => {
    const { call, problems } = await setup(() => Promise.reject(new Error('a bug of ours')), [route('GET /')]);
    expect((await call('GET', '/')).status).toBe(500);
    expect(problems[0]).toContain('a bug of ours');
  });
});

describe('the authorizer', () => {
  const verdict = (answer: unknown) =>
    (async (arn: string) => (arn === 'authorizer' ? JSON.stringify(answer) : ok(arn, ''))) as Invoke;
  const get = { headers: { Authorization: 'Bearer t' } };

  test('is asked with the request, and its context reaches the function', async () => {
    const { call, events } = await setup(verdict({ isAuthorized: true, context: { userId: 'u1', n: 2 } }), [
      route('GET /a/{id}', { authorizer }),
    ]);
    expect((await call('GET', '/a/1', get)).status).toBe(200);
    const [asked, invoked] = events.map(({ event }) => event);
    expect(asked).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:us-east-1:000000000000:api/$default/GET/a/1',
      identitySource: ['Bearer t'],
      routeKey: 'GET /a/{id}',
      pathParameters: { id: '1' },
    });
    expect(asked).not.toHaveProperty('isBase64Encoded');
    expect(invoked?.requestContext).toMatchObject({ authorizer: { lambda: { userId: 'u1', n: 2 } } });
  });

  test.each([
    ['it says no', { isAuthorized: false }, 403],
    ['its answer cannot be read', { allowed: true }, 500],
  ])('%s', async (_, answer, status) => {
    const { call } = await setup(verdict(answer), [route('GET /', { authorizer })]);
    expect((await call('GET', '/', get)).status).toBe(status);
  });

  test('throwing "Unauthorized" is 401, throwing anything else 500', async () => {
    const throwing =
      (message: string): Invoke =>
      () =>
        Promise.reject(new InvocationFailed({ type: 'Error', message }));
    const first = await setup(throwing('Unauthorized'), [route('GET /', { authorizer })]);
    expect((await first.call('GET', '/', get)).status).toBe(401);
    await stop();
    const second = await setup(throwing('boom'), [route('GET /', { authorizer })]);
    expect((await second.call('GET', '/', get)).status).toBe(500);
  });
});

describe('CORS', () => {
  const cors = {
    AllowOrigins: ['https://app.example', 'https://preview.*'],
    AllowMethods: ['GET'],
    AllowHeaders: ['authorization'],
    ExposeHeaders: ['x-request-id'],
    MaxAge: 60,
    AllowCredentials: true,
  };
  const fromApp = { origin: 'https://app.example' };

  test('preflight is answered without asking a function', async () => {
    const { call, events } = await setup(ok, [route('GET /')], { cors });
    const answer = await call('OPTIONS', '/anything', {
      headers: { ...fromApp, 'access-control-request-method': 'GET' },
    });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '60',
      'access-control-allow-credentials': 'true',
    });
    const stranger = await call('OPTIONS', '/', {
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    });
    expect([stranger.status, stranger.headers.get('access-control-allow-methods')]).toEqual([204, null]);
    expect(events).toEqual([]);
  });

  test("the gateway's headers replace the function's, on its own errors too", async () => {
    const invoke: Invoke = async () =>
      JSON.stringify({ statusCode: 200, headers: { 'access-control-allow-origin': '*' } });
    const { call } = await setup(invoke, [route('GET /')], { cors });
    const answers = await Promise.all(['/', '/nowhere'].map((path) => call('GET', path, { headers: fromApp })));
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(headers.get('access-control-expose-headers')).toBe('x-request-id');
    }
    expect((await call('GET', '/')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('any origin may be allowed', async () => {
    const { call } = await setup(ok, [route('GET /')], {
      cors: { ...cors, AllowOrigins: ['*'], AllowCredentials: false },
    });
    expect((await call('GET', '/', { headers: fromApp })).headers.get('access-control-allow-origin')).toBe('*');
  });
});

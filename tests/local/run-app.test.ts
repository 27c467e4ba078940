import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalStack, startLocalStack } from '../../local/stack.ts';

const app = new URL('./fixture/app.ts', import.meta.url);
const dataDir = mkdtempSync(join(tmpdir(), 'fixture-data-'));
const problems: string[] = [];
let stack: LocalStack;

const start = () => startLocalStack({ app, dataDir, fast: true, onProblem: (text) => problems.push(text) });

beforeAll(async () => {
  stack = await start();
});
afterAll(async () => {
  await stack.stop();
  rmSync(dataDir, { recursive: true });
});

async function call(route: string, init: { body?: unknown; headers?: Record<string, string> } = {}) {
  const [method = 'GET', path = ''] = route.split(' ');
  const body = init.body === undefined ? null : JSON.stringify(init.body);
  const headers = { ...(body !== null && { 'content-type': 'application/json' }), ...init.headers };
  const response = await fetch(stack.apiUrl + path, { method, headers, body });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

const client = () => ({ endpoint: stack.awsUrl, region: stack.region, credentials: stack.credentials });
const refOf = (type: string, id: string) =>
  stack.resources.all.find((resource) => resource.type === type && resource.id.startsWith(id))?.ref ?? '';
const row = async (pk: string, sk: string) => {
  const table = refOf('AWS::DynamoDB::Table', 'Table');
  const Key = { pk: { S: pk }, sk: { S: sk } };
  return (await new DynamoDBClient(client()).send(new GetItemCommand({ TableName: table, Key }))).Item;
};

describe('an app run from its templates', () => {
  test('says at the start what this machine does not have', () => {
    expect(problems).toContainEqual(
      expect.stringMatching(/^AWS::Kinesis::Stream fixture-functions\/Elsewhere.* does not run here$/),
    );
  });

  test('routes: a fixed path before a greedy one, and the rest is not found', async () => {
    expect((await call('GET /echo/fixed')).body.event.routeKey).toBe('GET /echo/fixed');
    const greedy = await call('PUT /echo/a/b%20c?x=1&x=2', { body: { n: 1 }, headers: { cookie: 'a=1; b=2' } });
    expect(greedy.body.event).toMatchObject({
      routeKey: 'ANY /echo/{proxy+}',
      rawPath: '/echo/a/b c',
      pathParameters: { proxy: 'a/b c' },
      queryStringParameters: { x: '1,2' },
      cookies: ['a=1', 'b=2'],
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(await call('GET /nowhere')).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  test('gives functions the environment of the template, secrets filled in, and nothing of ours', async () => {
    const { body } = await call('GET /echo/fixed');
    expect(body.secret).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(body.home).toBeUndefined();
    expect(body.remainingMs).toBeGreaterThan(5_000);
    expect(body.functionName).toMatch(/^fixture-functions-echo/);
  });

  test('asks the authorizer once a minute for each identity', async () => {
    const good = { headers: { authorization: 'Bearer good' } };
    expect(await call('GET /private')).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    const bad = { headers: { authorization: 'Bearer bad' } };
    expect(await call('GET /private', bad)).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    const broken = { headers: { authorization: 'Bearer broken' } };
    expect(await call('GET /private', broken)).toMatchObject({
      status: 500,
      body: { message: 'Internal Server Error' },
    });
    const [first, second] = [await call('GET /private', good), await call('GET /private', good)];
    expect(first.body.event.requestContext.authorizer.lambda).toMatchObject({ userId: 'u1' });
    expect(second.body.event.requestContext.authorizer).toEqual(first.body.event.requestContext.authorizer);
  });

  test('answers preflight requests itself and marks answers for pages of the allowed origin', async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
    const preflight = await call('OPTIONS /notes', { headers });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET,POST']);
    const other = await call('GET /echo/fixed', { headers: { origin: 'https://evil.example' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('carries a change from the table over stream, bus and rule, and work through the queue', async () => {
    expect((await call('POST /notes', { body: { id: 'n1', topic: 'open' } })).status).toBe(201);
    await call('POST /notes', { body: { id: 'n2', topic: 'secret' } });
    await expect.poll(() => row('HEARD#NOTE#n1', 'HEARD'), { timeout: 10_000 }).toBeDefined();
    await expect.poll(async () => (await row('NOTE#n1', 'NOTE'))?.worked?.N, { timeout: 10_000 }).toBe('1');
    expect(await row('HEARD#NOTE#n2', 'HEARD')).toBeUndefined();
    expect((await call('GET /topics/open')).body).toMatchObject([{ id: 'n1' }]);
  });

  test('delivers a failing message again and then puts it with the dead letters', async () => {
    await call('POST /notes', { body: { id: 'n3', fails: true } });
    const QueueUrl = refOf('AWS::SQS::Queue', 'Failures');
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const failures = async () =>
      (await new SQSClient(client()).send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
    await expect.poll(failures, { timeout: 15_000 }).toEqual({ ApproximateNumberOfMessages: '1' });
  });

  test('lets schedules tick', async () => {
    await expect.poll(() => row('HEARD#aws.scheduler', 'HEARD'), { timeout: 10_000 }).toBeDefined();
  });

  test('refuses what a role does not allow, naming function, action and resource', async () => {
    const { body } = await call('GET /misbehave/trespass');
    expect(body).toMatchObject({ refused: true, name: 'AccessDeniedException' });
    const table = refOf('AWS::DynamoDB::Table', 'Table');
    for (const part of ['fixture-functions-misbehave', 'dynamodb:DeleteItem', `table/${table}`])
      expect(body.message).toContain(part);
    expect(problems).toContainEqual(body.message);
    expect(stack.usage.uses()).toContainEqual(
      expect.objectContaining({ action: 'dynamodb:DeleteItem', calls: 1, refused: 1 }),
    );
    expect(await call('GET /seal?for=ada')).toMatchObject({ body: { opened: 'hush' } });
  });

  test('opens a sealed text only for the context it was sealed for', async () => {
    expect((await call('GET /seal?for=eve')).body).toEqual({ refused: 'InvalidCiphertextException' });
  });

  test.each(['oversleep', 'quit', 'fail'])('survives a function that does %s', async (how) => {
    expect(await call(`GET /misbehave/${how}`)).toMatchObject({
      status: 500,
      body: { message: 'Internal Server Error' },
    });
    expect((await call('GET /misbehave/trespass')).status).toBe(200);
  });

  test('takes up new code while running', async () => {
    expect(await stack.reload()).toBe(false);
    expect((await call('GET /echo/fixed')).status).toBe(200);
  });

  test('goes on after a restart with the same rows, keys, secrets and place in the stream', async () => {
    const before = (await call('GET /echo/fixed')).body.secret;
    await stack.stop();
    expect(await readFile(join(dataDir, 'functions.log'), 'utf8')).toBeDefined();
    stack = await start();
    expect((await call('GET /notes/n1')).body).toMatchObject({ id: 'n1', topic: 'open' });
    expect((await call('GET /echo/fixed')).body.secret).toBe(before);
    expect(JSON.parse(await readFile(join(dataDir, 'stream-positions.json'), 'utf8'))).not.toEqual({});
  });

  test('fails clearly when the port is taken', async () => {
    const port = Number(new URL(stack.apiUrl).port);
    await expect(startLocalStack({ app, port })).rejects.toThrow(`port ${port} is taken`);
  });

  test('forbids callers nobody knows', async () => {
    const stranger = { ...client(), credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' } };
    const put = new PutItemCommand({ TableName: refOf('AWS::DynamoDB::Table', 'Table'), Item: {} });
    await expect(new DynamoDBClient(stranger).send(put)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });
});

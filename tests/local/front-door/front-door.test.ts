import { afterEach, describe, expect, test } from 'vitest';
import type { AwsCall } from '../../../local/front-door/aws-call.ts';
import { type FrontDoorParts, frontDoor } from '../../../local/front-door/front-door.ts';
import { actionService } from '../../../local/front-door/services.ts';
import { readStatements } from '../../../local/front-door/statements.ts';
import { usageRecord } from '../../../local/front-door/usage.ts';
import { holdServer } from '../../../local/held-server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function setup(parts: Partial<FrontDoorParts> = {}) {
  const problems: string[] = [];
  const calls: AwsCall[] = [];
  const answering = async (call: AwsCall) => {
    calls.push(call);
    return { status: 200, headers: { 'content-type': 'text/x' }, body: Buffer.from('engine') };
  };
  const usage = usageRecord();
  const statements = readStatements({ Statement: { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*:q' } });
  const door: FrontDoorParts = {
    principals: new Map([['AKIAFN', { name: 'fn', roleArn: 'arn:aws:iam::000000000000:role/r', statements }]]),
    rootKeyId: 'AKIAROOT',
    services: { sqs: answering, s3: answering, sts: answering, 'cognito-idp': answering, kms: actionService({}) },
    landscape: { region: 'us-east-1', account: '000000000000', keyArn: () => 'arn:key', secretArn: () => undefined },
    usage,
    onProblem: (text) => problems.push(text),
    ...parts,
  };
  const server = await holdServer({ wanted: undefined, usual: 0 });
  server.serve(frontDoor(door));
  cleanups.push(server.close);
  const send = async (
    key: string | undefined,
    target: string | undefined,
    input: unknown,
    path = '/',
    method = 'POST',
  ) => {
    const scope = target === undefined ? 's3' : 'any';
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20250101/us-east-1/${scope}/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = { ...(key && { authorization }), ...(target && { 'x-amz-target': target }) };
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers,
      ...(method === 'POST' && { body: JSON.stringify(input) }),
    });
    return { status: response.status, body: await response.text(), headers: response.headers };
  };
  return { send, calls, problems, usage };
}

const queue = (name: string) => ({ QueueUrl: `http://x/000000000000/${name}` });

describe('the front door', () => {
  test('hands on what the role allows, and counts it', async () => {
    const { send, calls, usage } = await setup();
    expect(await send('AKIAFN', 'AmazonSQS.SendMessage', queue('q'))).toMatchObject({ status: 200, body: 'engine' });
    expect(calls).toMatchObject([{ service: 'sqs', action: 'SendMessage', input: queue('q') }]);
    expect(usage.uses()).toMatchObject([{ function: 'fn', action: 'sqs:SendMessage', calls: 1, refused: 0 }]);
    expect(usage.roundTrips('fn')).toBe(1);
  });

  test('refuses the rest in the words of AWS, and says so', async () => {
    const { send, calls, problems } = await setup();
    const { status, body, headers } = await send('AKIAFN', 'AmazonSQS.ReceiveMessage', queue('q'));
    const message =
      'User: arn:aws:sts::000000000000:assumed-role/r/fn is not authorized to perform: sqs:ReceiveMessage on resource: ' +
      'arn:aws:sqs:us-east-1:000000000000:q because no identity-based policy allows the sqs:ReceiveMessage action';
    expect([status, headers.get('x-amzn-errortype'), JSON.parse(body).message]).toEqual([
      400,
      'AccessDeniedException',
      message,
    ]);
    expect([calls, problems]).toEqual([[], [message]]);
    const other = await send('AKIAFN', 'AmazonSQS.SendMessage', queue('other'));
    expect(other.status).toBe(400);
  });

  test('words an explicit deny as such', async () => {
    const statements = readStatements({ Statement: { Effect: 'Deny', Action: '*', Resource: '*' } });
    const { send, problems } = await setup({
      principals: new Map([['AKIAFN', { name: 'fn', roleArn: 'r', statements }]]),
    });
    await send('AKIAFN', 'AmazonSQS.SendMessage', queue('q'));
    expect(problems[0]).toContain('with an explicit deny');
  });

  test('lets the runner do everything, strangers nothing, and anyone what needs no permission', async () => {
    const { send } = await setup();
    expect((await send('AKIAROOT', 'AmazonSQS.DeleteQueue', queue('q'))).status).toBe(200);
    expect((await send('AKIAWHO', 'AmazonSQS.SendMessage', queue('q'))).body).toContain('UnrecognizedClientException');
    expect((await send(undefined, 'AWSCognitoIdentityProviderService.SignUp', {})).status).toBe(200);
    expect((await send(undefined, undefined, undefined, '/pool/.well-known/jwks.json', 'GET')).status).toBe(200);
  });

  test('answers S3 in XML', async () => {
    const { send, calls } = await setup();
    const refused = await send('AKIAFN', undefined, undefined, '/bucket/a&b', 'GET');
    expect([refused.status, refused.body]).toEqual([
      403,
      expect.stringMatching(/^<Error><Code>AccessDenied<\/Code>.*a&amp;b/),
    ]);
    const presigned = '/bucket/a?X-Amz-Credential=AKIAROOT%2F20250101%2Fus-east-1%2Fs3%2Faws4_request';
    expect((await send(undefined, undefined, undefined, presigned, 'GET')).status).toBe(200);
    expect(calls).toMatchObject([{ service: 's3', accessKeyId: 'AKIAROOT' }]);
  });

  test('says what does not run here', async () => {
    const { send, problems } = await setup();
    expect((await send('AKIAROOT', 'AWSGlue.GetJob', {})).body).toContain(
      'AWSGlue.GetJob does not run on this machine',
    );
    expect((await send('AKIAROOT', 'TrentService.CreateKey', {})).body).toContain(
      'kms:CreateKey does not run on this machine',
    );
    expect((await send('AKIAROOT', 'AWSEvents.PutEvents', {})).body).toContain('events does not run');
    expect(problems).toHaveLength(2);
  });

  test('turns a failing engine into an answer, and tells why', async () => {
    const failing = () => Promise.reject(new Error('engine is gone'));
    const { send, problems } = await setup({ services: { sqs: failing } });
    expect((await send('AKIAROOT', 'AmazonSQS.SendMessage', queue('q'))).status).toBe(500);
    expect(problems).toEqual(['POST /: engine is gone']);
  });

  test('answers bad input of a service that runs here with a validation error', async () => {
    const { startKms } = await import('../../../local/engines/kms.ts');
    const { resourcesOf } = await import('../resources-of.ts');
    const { send } = await setup({ services: { kms: actionService(startKms(resourcesOf({})).actions) } });
    expect((await send('AKIAROOT', 'TrentService.Encrypt', {})).body).toContain('ValidationException');
    expect((await send('AKIAROOT', 'TrentService.Encrypt', { KeyId: 'x', Plaintext: 'aGk=' })).body).toContain(
      'NotFoundException',
    );
  });
});

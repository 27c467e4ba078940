import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { endpoints } from '../../functions/runtime/contract.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { commonFaults, Fault, faults } from '../../functions/runtime/fault.ts';
import { lambdaContext } from '../support/lambda.ts';
import { httpEvent, send } from '../support/request.ts';

const sampleFaults = faults({
  'thing.gone': { kind: 'missing', title: 'The thing is gone.', remedy: 'Choose another.' },
  'thing.busy': { kind: 'conflict', title: 'The thing is busy.', remedy: 'Wait.' },
});
const { changeThing, dropThing } = endpoints(
  { domain: 'sample', faults: sampleFaults },
  {
    changeThing: {
      route: 'PUT /things/{thingId}',
      summary: 'Changes a thing',
      auth: 'none',
      path: z.object({ thingId: z.string().startsWith('t') }),
      query: z.strictObject({ times: z.coerce.number().int().default(1) }),
      body: z.strictObject({ name: z.string(), parts: z.array(z.strictObject({ size: z.number() })).default([]) }),
      reply: { status: 200, body: z.object({ name: z.string(), nested: z.object({ times: z.number() }) }) },
      faults: ['thing.gone'],
      needs: [],
    },
    dropThing: {
      route: 'DELETE /thing',
      summary: 'Drops it',
      auth: 'none',
      reply: { status: 204 },
      faults: [],
      needs: [],
    },
  },
);

type Changed = { name: string; nested: { times: number } };
const changer = (run: () => Changed) => endpoint(changeThing, run, () => undefined);
const echo = endpoint(
  changeThing,
  ({ path, query, body }) => ({ name: `${path.thingId} ${body.name} ${body.parts.length}`, nested: query }),
  () => undefined,
);
const path = { thingId: 't1' };

describe('endpoint: request', () => {
  test('gives the handler the parsed path, query and body', async () => {
    const reply = await send(echo, { path, query: { times: '3' }, body: { name: 'x', parts: [{ size: 1 }] } });
    expect(reply).toMatchObject({ status: 200, body: { name: 't1 x 1', nested: { times: 3 } } });
  });

  test('fills in defaults where the request says nothing', async () => {
    expect((await send(echo, { path, body: { name: 'x' } })).body).toEqual({ name: 't1 x 0', nested: { times: 1 } });
  });

  test('reads a body that the gateway has encoded', async () => {
    const event = httpEvent({ path, body: Buffer.from('{"name":"é"}').toString('base64') });
    const reply = await echo({ ...event, isBase64Encoded: true }, lambdaContext);
    expect(JSON.parse(reply.body ?? '')).toMatchObject({ name: 't1 é 0' });
  });

  test.each([
    ['no JSON', '{"name":'],
    ['no body', undefined],
    ['an empty body', ''],
  ])('refuses %s', async (_, body) => {
    expect(await send(echo, { path, body })).toMatchObject({ status: 400, body: { code: 'input.not_json' } });
  });

  test('refuses a body over 256 KiB, and takes one of just that', async () => {
    const bodyOf = (bytes: number) => JSON.stringify({ name: 'x'.repeat(bytes - '{"name":""}'.length) });
    expect(await send(echo, { path, body: bodyOf(256 * 1024) })).toMatchObject({ status: 200 });
    const tooLarge = { status: 413, body: { code: 'input.too_large' } };
    expect(await send(echo, { path, body: bodyOf(256 * 1024 + 1) })).toMatchObject(tooLarge);
    expect(await send(echo, { path, body: bodyOf(200 * 1024).replaceAll('x', 'é') })).toMatchObject(tooLarge);
  });

  test.each([
    ['the body', { body: { name: 'x', nam: 'y' } }, 'body.nam'],
    [
      'a part of the body',
      { body: { name: 'x', parts: [{ size: 1 }, { size: 1, colour: 'red' }] } },
      'body.parts.1.colour',
    ],
    ['the body, whatever its name', { body: '{"name":"x","__proto__":{"size":1}}' }, 'body.__proto__'],
    ['the query', { body: { name: 'x' }, query: { tims: '1' } }, 'query.tims'],
  ])('refuses an unknown field in %s', async (_, request, field) => {
    const reply = await send(echo, { path, ...request });
    expect(reply).toMatchObject({ status: 422, body: { code: 'input.unknown_field', errors: [{ path: field }] } });
  });

  test('refuses any query where the operation has none', async () => {
    const drop = endpoint(
      dropThing,
      () => undefined,
      () => undefined,
    );
    expect(await send(drop, { query: { force: '1' } })).toMatchObject({
      status: 422,
      body: { code: 'input.unknown_field' },
    });
    expect(await send(drop)).toMatchObject({ status: 204, body: undefined });
  });

  test('refuses a path that does not fit', async () => {
    const reply = await send(echo, { path: { thingId: 'x' }, body: { name: 'x' } });
    expect(reply).toMatchObject({ status: 422, body: { code: 'input.invalid', errors: [{ path: 'path.thingId' }] } });
  });
});

describe('endpoint: reply', () => {
  test('drops fields that the contract does not declare, at every depth', async () => {
    const reply = await send(
      changer(() => Object.assign({ secret: 's' }, { name: 'x', nested: { times: 1, secret: 's' } })),
      {
        path,
        body: { name: 'x' },
      },
    );
    expect(reply.body).toEqual({ name: 'x', nested: { times: 1 } });
  });

  test('answers a declared fault with problem details', async () => {
    const errors = [{ path: 'path.thingId', code: 'thing.gone', message: 'is gone' }];
    const gone = changer(() => {
      throw new Fault(sampleFaults['thing.gone'], { detail: 'Since yesterday.', errors, cause: new Error('secret') });
    });
    const reply = await send(gone, { path, body: { name: 'x' } });
    expect(reply.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-content-type-options': 'nosniff',
    });
    expect(reply.body).toEqual({
      type: 'urn:clientnest:problem:thing.gone',
      title: 'The thing is gone.',
      status: 404,
      code: 'thing.gone',
      detail: 'Since yesterday.',
      errors,
      requestId: 'request-1',
    });
  });

  test('answers a fault that the contract forgot as what it is', async () => {
    const busy = changer(() => {
      throw new Fault(sampleFaults['thing.busy']);
    });
    expect(await send(busy, { path, body: { name: 'x' } })).toMatchObject({
      status: 409,
      body: { code: 'thing.busy' },
    });
  });

  const opaque = {
    type: 'urn:clientnest:problem:internal.error',
    title: commonFaults['internal.error'].title,
    status: 500,
    code: 'internal.error',
    detail: commonFaults['internal.error'].title,
    requestId: 'request-1',
  };
  const throwing = (error: unknown) => () => {
    throw error;
  };
  test.each([
    ['an error', changer(throwing(new Error('password is hunter2')))],
    ['what is no error', changer(throwing('password is hunter2'))],
    ['a reply of the wrong shape', changer(() => JSON.parse('{"name":"hunter2"}'))],
    ['no reply', changer(() => JSON.parse('null'))],
    [
      'tools that cannot be made',
      endpoint(changeThing, () => ({ name: '', nested: { times: 1 } }), throwing(new Error('hunter2'))),
    ],
  ])('answers %s with nothing inside', async (_, handler) => {
    const reply = await send(handler, { path, body: { name: 'x' } });
    expect(reply).toMatchObject({ status: 500, body: opaque });
    expect(Object.keys(reply.body)).toEqual(Object.keys(opaque));
  });
});

describe('endpoint: tools', () => {
  test('are made once, by the first request that gets through', async () => {
    let made = 0;
    const handler = endpoint(
      changeThing,
      (_, name: string) => ({ name, nested: { times: 1 } }),
      () => {
        made += 1;
        return `tools ${made}`;
      },
    );
    await send(handler, { path, body: 'refused' });
    expect(made).toBe(0);
    expect((await send(handler, { path, body: { name: 'x' } })).body).toMatchObject({ name: 'tools 1' });
    expect((await send(handler, { path, body: { name: 'x' } })).body).toMatchObject({ name: 'tools 1' });
  });

  test('are made again when they could not be made', async () => {
    let tries = 0;
    const handler = endpoint(
      changeThing,
      () => ({ name: 'x', nested: { times: 1 } }),
      () => {
        tries += 1;
        if (tries === 1) throw new Error('not yet');
        return undefined;
      },
    );
    expect(await send(handler, { path, body: { name: 'x' } })).toMatchObject({ status: 500 });
    expect(await send(handler, { path, body: { name: 'x' } })).toMatchObject({ status: 200 });
  });
});

import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { attemptLimits } from '../../functions/runtime/attempt-limits.ts';
import { auditIntake } from '../../functions/runtime/audit-intake.ts';
import { type Border, deployedBorder } from '../../functions/runtime/border.ts';
import { endpoints } from '../../functions/runtime/contract.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { Fault, faults } from '../../functions/runtime/fault.ts';
import { idempotency } from '../../functions/runtime/idempotency.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { requestLimits } from '../../functions/runtime/request-limits.ts';
import { stubEnvironment } from '../support/aws-service.ts';
import { lambdaContext } from '../support/lambda.ts';
import { noon } from '../support/posts.ts';
import { editor, httpEvent, type Request, send } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

const sampleFaults = faults({ 'thing.gone': { kind: 'missing', title: 'Gone.', remedy: 'None.' } });
const Thing = z.object({ id: z.string(), run: z.number() });
const entries = endpoints(
  { domain: 'sample', faults: sampleFaults },
  {
    makeThing: {
      route: 'POST /things',
      summary: 'Makes a thing',
      auth: 'team',
      audit: 'thing.made',
      body: z.strictObject({ name: z.string() }),
      reply: { status: 201, body: Thing },
      faults: ['thing.gone'],
      needs: [],
    },
    askForThing: {
      route: 'POST /things/elsewhere',
      summary: 'Makes a thing on another host',
      auth: 'team',
      body: z.strictObject({ name: z.string() }),
      reply: { status: 201, body: Thing },
      faults: ['thing.gone'],
      needs: ['hosts'],
    },
    getThing: {
      route: 'GET /thing',
      summary: 'Reads it',
      auth: 'team',
      reply: { status: 200, body: Thing },
      faults: [],
      needs: [],
    },
  },
);

async function setup() {
  const table = await freshTable();
  const border: Border = {
    limits: requestLimits(table, () => noon),
    attempts: attemptLimits(
      table,
      () => noon,
      () => ({ perAccount: 2, perAddress: 3 }),
    ),
    idempotency: idempotency(table, () => noon),
    audit: auditIntake(table, () => noon),
  };
  let begun = 0;
  let runs = 0;
  let revision = 1;
  const run = async ({ body }: { body?: { name: string } | undefined }) => {
    begun += 1;
    await table.get({ pk: 'THINGS', sk: 'none' });
    if (body?.name === 'gone') throw new Fault(sampleFaults['thing.gone']);
    await table.insert({ pk: 'THINGS', sk: newId('post'), entity: 'thing' });
    runs += 1;
    return Object.assign({ revision }, { id: 'thing_1', run: runs });
  };
  const noTools = () => undefined;
  const make = endpoint(entries.makeThing, run, noTools, () => border);
  const ask = endpoint(entries.askForThing, run, noTools, () => border);
  const read = () => Object.assign({ revision }, { id: 'thing_1', run: 0 });
  const get = endpoint(entries.getThing, read, noTools, () => border);
  const rows = async (entity: string) => (await table.rows()).filter((row) => row.entity === entity);
  const edit = () => {
    revision += 1;
  };
  return { border, make, ask, get, rows, edit, begun: () => begun, runs: () => runs };
}
const keyed = { headers: { 'idempotency-key': 'k1' }, body: { name: 'x' } };
const limited = { ...editor, hourLimit: 2, dayLimit: 100 };

/** As `send`, by GET. */
async function read(handler: Parameters<typeof send>[0], request: Request = {}) {
  const event = httpEvent(request);
  event.requestContext.http.method = 'GET';
  return handler(event, lambdaContext);
}

describe('border: needs', () => {
  test('of limits, keys and audit follow from the entry', () => {
    expect(entries.makeThing.needs).toEqual(['limits', 'idempotency', 'audit']);
    expect(entries.getThing.needs).toEqual(['limits']);
  });
});

describe('border: Idempotency-Key', () => {
  test('runs a request once and says that a reply was given before', async () => {
    const { make, runs } = await setup();
    const [first, second] = [await send(make, keyed), await send(make, keyed)];
    expect(first).toMatchObject({ status: 201, body: { run: 1 } });
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(second).toMatchObject({
      status: 201,
      body: first.body,
      headers: { 'idempotent-replayed': 'true', etag: first.headers?.etag },
    });
    expect(runs()).toBe(1);
  });

  test('gives a refusal of the operation again, but not one of the request', async () => {
    const { make, runs } = await setup();
    const gone = { ...keyed, body: { name: 'gone' } };
    expect(await send(make, { ...keyed, body: {} })).toMatchObject({ status: 422 });
    expect(await send(make, gone)).toMatchObject({ status: 404, body: { code: 'thing.gone' } });
    expect(await send(make, gone)).toMatchObject({ status: 404, headers: { 'idempotent-replayed': 'true' } });
    expect(await send(make, keyed)).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
    expect(runs()).toBe(0);
  });

  test.each([
    ['may have 255 signs', 'k'.repeat(255), 201],
    ['may not have more', 'k'.repeat(256), 400],
    ['may not be empty', '', 400],
  ])('%s', async (_, key, status) => {
    const { make } = await setup();
    expect(await send(make, { ...keyed, headers: { 'idempotency-key': key } })).toMatchObject({ status });
  });

  test('runs every request without one', async () => {
    const { make, runs, rows } = await setup();
    await send(make, { body: { name: 'x' } });
    await send(make, { body: { name: 'x' } });
    expect([runs(), await rows('request')]).toEqual([2, []]);
  });

  test('has one of many requests at once make the thing', async () => {
    const { make, rows } = await setup();
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await send(make, keyed)).status));
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    expect(await rows('thing')).toHaveLength(1);
  });

  test('is given free when the request was one too many', async () => {
    const { make, rows } = await setup();
    const caller = { ...limited, hourLimit: 1 };
    await send(make, { body: { name: 'x' }, caller });
    expect(await send(make, { ...keyed, caller })).toMatchObject({ status: 429 });
    expect(await rows('request')).toEqual([]);
    expect(await send(make, keyed)).toMatchObject({ status: 201, body: { run: 2 } });
  });

  test('keeps nothing from being done that could be done: a reply that cannot be kept is given all the same', async () => {
    const { make, border, rows } = await setup();
    const settle = () => Promise.reject(new Error('no table'));
    border.idempotency = { take: async () => ({ settle }) };
    expect(await send(make, keyed)).toMatchObject({ status: 201 });
    expect(await rows('auditRecord')).toMatchObject([{ outcome: 'done' }]);
  });

  test('lets nothing be done when it cannot be taken', async () => {
    const { make, border, rows } = await setup();
    border.idempotency = { take: () => Promise.reject(new Error('no table')) };
    expect(await send(make, keyed)).toMatchObject({ status: 500 });
    expect(await rows('thing')).toEqual([]);
  });

  test('is of no use to who may not call', async () => {
    const { make, rows } = await setup();
    await send(make, keyed);
    expect(await send(make, { ...keyed, caller: null })).toMatchObject({ status: 401 });
    expect(await rows('request')).toHaveLength(1);
  });
});

describe('border: limits', () => {
  test('are told with every reply, and refuse in the end without running', async () => {
    const { make, runs } = await setup();
    const request = { body: { name: 'x' }, caller: limited };
    expect((await send(make, request)).headers).toMatchObject({ ratelimit: expect.stringContaining('"hour";r=1;') });
    expect((await send(make, { ...request, body: {} })).headers).toMatchObject({
      ratelimit: expect.stringContaining('"hour";r=0;'),
    });
    expect(await send(make, request)).toMatchObject({
      status: 429,
      body: { code: 'limit.requests_exceeded' },
      headers: { 'retry-after': '1800', 'content-type': 'application/problem+json' },
    });
    expect(runs()).toBe(1);
  });

  test('let an operation read while its request is counted, and change nothing until it is', async () => {
    const { make, border, begun, rows } = await setup();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { take } = border.limits;
    border.limits = { take: (...request) => promise.then(() => take(...request)) };
    const sent = send(make, { body: { name: 'x' }, caller: limited });
    await vi.waitFor(() => expect(begun()).toBe(1));
    await new Promise((wait) => setTimeout(wait, 50));
    expect(await rows('thing')).toEqual([]);
    resolve();
    expect(await sent).toMatchObject({ status: 201 });
    expect(await rows('thing')).toHaveLength(1);
  });

  test('come before an operation that could do more than the table keeps back', async () => {
    const { ask, begun } = await setup();
    const request = { body: { name: 'x' }, caller: { ...limited, hourLimit: 1 } };
    expect([(await send(ask, request)).status, (await send(ask, request)).status]).toEqual([201, 429]);
    expect(begun()).toBe(1);
  });

  test.each(['x', 'gone'])('come before what the operation says (%s)', async (name) => {
    const { make, rows } = await setup();
    const caller = { ...limited, hourLimit: 1 };
    await send(make, { body: { name }, caller });
    const made = await rows('thing');
    expect(await send(make, { body: { name }, caller })).toMatchObject({ status: 429 });
    expect(await rows('thing')).toEqual(made);
    expect((await rows('auditRecord')).map(({ outcome }) => outcome)).toContain('limit.requests_exceeded');
  });

  test('count reads too', async () => {
    const { get } = await setup();
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await read(get, { caller: limited })).statusCode);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe('border: entity tags', () => {
  test('spare the body of a copy that is current, until the thing changes', async () => {
    const { get, edit } = await setup();
    const first = await read(get);
    const headers = { 'if-none-match': String(first.headers?.etag) };
    expect(first.headers).toMatchObject({ etag: expect.stringMatching(/^"1\./), 'cache-control': 'private, no-cache' });
    const again = await read(get, { headers });
    expect(again).toMatchObject({ statusCode: 304, headers: { etag: first.headers?.etag } });
    expect(again.body).toBeUndefined();
    edit();
    expect(await read(get, { headers })).toMatchObject({
      statusCode: 200,
      headers: { etag: expect.stringMatching(/^"2\./) },
    });
  });

  test('are no reason to leave out the reply of a change, and stand on no refusal', async () => {
    const { make } = await setup();
    const body = { name: 'x' };
    expect(await send(make, { body, headers: { 'if-none-match': '*' } })).toMatchObject({
      status: 201,
      body: { run: 1 },
    });
    expect((await send(make, { body: {} })).headers).not.toHaveProperty('etag');
  });
});

describe('border: audit', () => {
  test('takes what was done and what was refused, also when it is told again', async () => {
    const { make, rows } = await setup();
    const gone = { ...keyed, body: { name: 'gone' } };
    for (const request of [{ body: { name: 'x' } }, gone, gone, { body: {} }, { caller: null }])
      await send(make, request);
    const outcomes = (await rows('auditRecord')).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['done', 'input.missing_field', 'thing.gone', 'thing.gone']);
  });
});

test('the border of a function is made once, from its environment', () => {
  stubEnvironment({ TABLE_NAME: 'things' });
  expect(deployedBorder()).toBe(deployedBorder());
});

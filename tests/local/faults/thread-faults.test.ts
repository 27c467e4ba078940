import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { FaultPlan } from '../../../local/faults/fault-plan.ts';
import { faultsOf } from '../../../local/faults/faults.ts';
import { type FunctionPool, functionPool } from '../../../local/functions/function-pool.ts';
import { scriptedServer } from '../../support/scripted-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'killed-'));
const server = await scriptedServer(() => ({}));
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await server.stop();
});
let pool: FunctionPool | undefined;
afterEach(() => pool?.stop());

const code = `
import { request } from 'node:http';
const call = ({ path, target }) => new Promise((resolve, reject) => {
  const headers = target ? { 'X-Amz-Target': target } : {};
  request(process.env.URL + path, { method: 'POST', headers }, (reply) => reply.resume().on('end', resolve)).on('error', reject).end();
});
export const handler = async ({ calls = [], ms = 0 }) => {
  for (const each of calls) await call(each);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return 'done';
};`;

function setup(kills: FaultPlan['kills'], calls: FaultPlan['calls'] = []) {
  const faults: string[] = [];
  const file = join(directory, 'fn.mjs');
  writeFileSync(file, code);
  const definition = {
    name: 'stack-PublishLane-1',
    arn: 'arn:fn',
    roleArn: 'arn:role',
    file,
    handler: 'handler',
    timeoutMs: 5_000,
    memoryMb: 128,
    environment: { URL: server.url },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    deadLetterArn: undefined,
  };
  const plan = faultsOf({ seed: 1, kills, calls }, (fault) => faults.push(fault));
  const made = functionPool([definition], { log: () => {}, faults: plan });
  pool = made;
  server.requests.length = 0;
  const invoke = (event: object) =>
    made.invoke('arn:fn', JSON.stringify(event)).then(
      () => 'done',
      ({ type }) => type,
    );
  return { invoke, faults, arrived: () => server.requests.map(({ path }) => path) };
}

const posting = { calls: [{ path: '/before' }, { path: '/statuses?limit=1' }, { path: '/after' }] };
const died = 'Runtime.ExitError';

describe('functions under a plan of faults', () => {
  test.each([
    ['before', ['/before']],
    ['after', ['/before', '/statuses?limit=1']],
  ] as const)('are killed right %s a call to a platform', async (at, arrived) => {
    const kill = setup([{ at, call: 'http:POST /statuses', nth: 1 }]);
    expect(await kill.invoke(posting)).toBe(died);
    expect(kill.arrived()).toEqual(arrived);
    expect(kill.faults).toEqual([`stack-PublishLane-1: killed ${at} http:POST /statuses`]);
  });

  test('know AWS calls by the names that policies use', async () => {
    const { invoke, faults } = setup([{ at: 'after', call: 'dynamodb:TransactWriteItems', nth: 1 }]);
    const target = 'DynamoDB_20120810.TransactWriteItems';
    expect(await invoke({ calls: [{ path: '/', target: 'DynamoDB_20120810.GetItem' }] })).toBe('done');
    expect(await invoke({ calls: [{ path: '/', target }] })).toBe(died);
    expect(faults).toEqual(['stack-PublishLane-1: killed after dynamodb:TransactWriteItems']);
  });

  test('are killed at the n-th call in their first thread, and not in the next', async () => {
    const { invoke, arrived } = setup([{ at: 'before', call: 'http:*', nth: 2 }]);
    expect([await invoke(posting), await invoke(posting)]).toEqual([died, 'done']);
    expect(arrived()).toHaveLength(4);
  });

  test('are killed at a random moment, with all that is under way', async () => {
    const { invoke, faults } = setup([{ at: 'random', nth: 1, withinMs: 200 }]);
    expect(await Promise.all([invoke({ ms: 2_000 }), invoke({ ms: 2_000 })])).toEqual([died, died]);
    expect(faults).toEqual(['stack-PublishLane-1: killed at a random moment']);
  });

  test('meet the same end with the same seed, in each thread another', async () => {
    const ends = async () => {
      const { invoke, faults } = setup([{ at: 'after', call: 'http:*', chance: 0.3 }]);
      for (let n = 0; n < 5; n++) await invoke(posting);
      return [faults, server.requests.length];
    };
    expect(await ends()).toEqual(await ends());
  });

  test.each([
    ['failed', ['/before']],
    ['done_but_failed', ['/before', '/statuses?limit=1']],
  ] as const)('have a connection to a platform broken: %s', async (how, arrived) => {
    const broken = setup([], [{ call: 'http:POST /statuses', how, nth: 1 }]);
    expect(await broken.invoke(posting)).toBe('Error');
    expect(broken.arrived()).toEqual(arrived);
    expect(broken.faults).toEqual([`stack-PublishLane-1: http:POST /statuses ${how}`]);
    expect(await broken.invoke(posting)).toBe('done');
  });

  test('that the plan does not name live on', async () => {
    const { invoke, faults } = setup([{ at: 'before', call: '*', in: 'CreatePost', chance: 1 }]);
    expect([await invoke(posting), faults]).toEqual(['done', []]);
  });
});

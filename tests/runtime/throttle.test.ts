import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { attemptLimits } from '../../functions/runtime/attempt-limits.ts';
import { auditIntake } from '../../functions/runtime/audit-intake.ts';
import { endpoints } from '../../functions/runtime/contract.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { Fault, faults } from '../../functions/runtime/fault.ts';
import { idempotency } from '../../functions/runtime/idempotency.ts';
import { requestLimits } from '../../functions/runtime/request-limits.ts';
import { noon } from '../support/posts.ts';
import { send } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

const sampleFaults = faults({
  'guess.wrong': { kind: 'invalid', title: 'Wrong.', remedy: 'None.' },
  'guess.too_many': { kind: 'too_many', title: 'Too many.', remedy: 'Wait.' },
});
const sample = {
  auth: 'none',
  summary: 'Takes a guess',
  body: z.strictObject({ email: z.string(), guess: z.string() }),
  reply: { status: 204 },
  faults: ['guess.wrong', 'guess.too_many'],
  needs: [],
} as const;
const refusal = sampleFaults['guess.too_many'];
const entries = endpoints(
  { domain: 'sample', faults: sampleFaults },
  {
    guess: { ...sample, route: 'POST /guess', throttle: { counts: 'failures', refusal } },
    mail: { ...sample, route: 'POST /mail', throttle: { counts: 'all', refusal } },
    change: { ...sample, auth: 'user', route: 'POST /change', throttle: { counts: 'failures', refusal } },
    hush: { ...sample, auth: 'user', route: 'POST /hush', confidential: true },
  },
);

type Name = 'guess' | 'mail' | 'change';

async function setup(name: Name, take?: () => Promise<number | undefined>) {
  const table = await freshTable();
  const attempts = attemptLimits(
    table,
    () => noon,
    () => ({ perAccount: 2, perAddress: 100 }),
  );
  const border = {
    limits: requestLimits(table, () => noon),
    attempts: { ...attempts, ...(take && { take }) },
    idempotency: idempotency(table, () => noon),
    audit: auditIntake(table, () => noon),
  };
  let runs = 0;
  const run = ({ body }: { body: { guess: string } }) => {
    runs += 1;
    if (body.guess !== 'right') throw new Fault(sampleFaults['guess.wrong']);
  };
  const handler = endpoint(
    entries[name],
    run,
    () => undefined,
    () => border,
  );
  const guess = async (guess: string, more = {}) =>
    send(handler, { body: { email: 'ada@example.com', guess }, caller: null, ...more });
  return { guess, runs: () => runs };
}

describe('an operation that counts attempts', () => {
  test('needs the rows of attempts, and keeps nothing where it is confidential', () => {
    expect(entries.guess.needs).toEqual(['attempts']);
    expect(entries.change.needs).toEqual(['attempts', 'idempotency']);
    expect(entries.hush.needs).toEqual([]);
  });

  test('refuses after so many failures, before it runs', async () => {
    const { guess, runs } = await setup('guess');
    for (let count = 0; count < 2; count++) expect(await guess('wrong')).toMatchObject({ status: 422 });
    expect(await guess('right')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '450' },
      body: { code: 'guess.too_many', detail: 'Try again in 450 seconds.' },
    });
    expect(runs()).toBe(2);
  });

  test('does not count successes where only failures count', async () => {
    const { guess } = await setup('guess');
    for (let count = 0; count < 6; count++) expect(await guess('right')).toMatchObject({ status: 204 });
  });

  test('counts successes where they count', async () => {
    const { guess } = await setup('mail');
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await guess('right')).status);
    expect(statuses).toEqual([204, 204, 429]);
  });

  test('takes the caller for the account where there is one', async () => {
    const { guess } = await setup('change');
    for (const userId of ['user_1', 'user_1']) await guess('wrong', { caller: { userId } });
    expect(await guess('wrong', { caller: { userId: 'user_1' } })).toMatchObject({ status: 429 });
    expect(await guess('wrong', { caller: { userId: 'user_2' } })).toMatchObject({ status: 422 });
  });

  test('does not count what it cannot read', async () => {
    const { guess } = await setup('guess');
    for (let count = 0; count < 4; count++) await guess('wrong', { body: { email: 'ada@example.com' } });
    expect(await guess('wrong')).toMatchObject({ status: 422, body: { code: 'guess.wrong' } });
  });

  test('lets attempts pass when counting fails', async () => {
    const { guess } = await setup('guess', () => Promise.reject(new Error('no table')));
    expect(await guess('right')).toMatchObject({ status: 204 });
  });
});

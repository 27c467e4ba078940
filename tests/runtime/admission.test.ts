import { describe, expect, test } from 'vitest';
import { count } from '../../functions/runtime/admission.ts';
import { requestLimits } from '../../functions/runtime/request-limits.ts';
import { noon } from '../support/posts.ts';
import { editor } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup() {
  const limits = requestLimits(await freshTable(), () => noon);
  return (more: object) => count(() => limits, { ...editor, ...more });
}
const plan = { hourLimit: 2, dayLimit: 48 };

describe('admission', () => {
  test('tells each allowance and when it is full again, in the words of the IETF draft', async () => {
    const counted = await (await setup())(plan);
    expect(counted).toEqual({
      headers: {
        'ratelimit-policy': '"hour";q=2;w=3600, "day";q=48;w=86400',
        ratelimit: '"hour";r=1;t=1800, "day";r=47;t=1800',
      },
      fillingUp: expect.any(Promise),
    });
  });

  test('refuses a team that has used up its plan, saying when to come back', async () => {
    const ask = await setup();
    await ask(plan);
    await ask(plan);
    const { headers, refusal } = await ask(plan);
    expect(headers).toMatchObject({ 'retry-after': '1800', ratelimit: expect.stringContaining('"hour";r=0;') });
    expect(refusal).toMatchObject({
      message: 'Try again in 1800 seconds.',
      entry: { code: 'limit.requests_exceeded' },
    });
  });

  test('counts a key with a limit of its own twice, and the longest wait counts', async () => {
    const ask = await setup();
    const key = { ...plan, apiKeyId: 'key_1', keyHourLimit: 1 };
    expect((await ask(key)).headers['ratelimit-policy']).toContain('"key";q=1;w=3600');
    const { headers, refusal } = await ask(key);
    expect(refusal).toBeDefined();
    expect(headers['retry-after']).toBe('3600');
    expect((await ask({ ...key, apiKeyId: 'key_2' })).headers['retry-after']).toBe('1800');
  });

  test('counts a key without a limit of its own with its team', async () => {
    const ask = await setup();
    await ask({ ...plan, apiKeyId: 'key_1' });
    expect((await ask(plan)).headers.ratelimit).toContain('"hour";r=0;');
  });

  test('counts nothing where the authorizer names no plan', async () => {
    expect(await (await setup())({})).toEqual({ headers: {} });
    expect(await (await setup())({ ...plan, teamId: undefined })).toEqual({ headers: {} });
  });

  test('lets requests pass when counting fails', async () => {
    const limits = { take: () => Promise.reject(new Error('no table')) };
    expect(await count(() => limits, { ...editor, ...plan })).toEqual({ headers: {} });
    const noLimits = () => {
      throw new Error('no environment');
    };
    expect(await count(noLimits, { ...editor, ...plan })).toEqual({ headers: {} });
  });

  test('lets requests pass when a bucket cannot be filled up', async () => {
    const allowances = [{ name: 'hour', quota: 2, windowSeconds: 3600, remaining: 1 }];
    const fillUp = () => Promise.reject(new Error('no table'));
    const limits = { take: async () => ({ allowances, retryAfterSeconds: undefined, fillUp }) };
    const { refusal, fillingUp } = await count(() => limits, { ...editor, ...plan });
    expect(refusal).toBeUndefined();
    await expect(fillingUp).resolves.toBeUndefined();
  });
});

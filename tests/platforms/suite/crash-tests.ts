import { describe, expect, test } from 'vitest';
import type { Setting } from './adapter-case.ts';
import { holdMs } from './publisher.ts';

const moments = ['before', 'during', 'after'] as const;
const faults = ['drop_before', 'drop_after', 'malformed', 'error', 'rate_limit'] as const;
const combined = <One, Other>(ones: readonly One[], others: readonly Other[]) =>
  ones.flatMap((one) => others.map((other) => [one, other] as const));

/** Whatever a publisher, the network or the platform does in the middle, exactly one post is there in the end. */
export function crashTests(setting: Setting) {
  const { it, steps, control, publisher } = setting;

  async function expectOnePost(outcome: unknown) {
    expect(outcome).toMatchObject({ kind: 'accepted', url: expect.stringMatching(it.urlPattern) });
    expect(await control().posts()).toHaveLength(1);
  }

  describe('one post', () => {
    test.each(combined(steps, moments))(
      'when the publisher dies in $step: %o %s',
      async ({ step, operation }, moment) => {
        if (moment === 'during') await control().fail({ operation, kind: 'delay', delayMs: holdMs / 4 });
        const one = await publisher();
        await one.crashIn(step, moment);
        await expectOnePost(await one.settle());
      },
    );

    test('when it dies again and again', async () => {
      const one = await publisher();
      for (const [{ step }, moment] of combined(steps, ['before', 'after'] as const)) await one.crashIn(step, moment);
      await expectOnePost(await one.settle());
    });

    test.each(combined(steps, faults))('after $operation: %o %s', async ({ operation }, kind) => {
      await control().fail({ operation, kind });
      await expectOnePost(await (await publisher()).settle());
    });

    test.each(combined(steps, [500, 502, 503, 504]))(
      'after $operation: %o status %i',
      async ({ operation }, status) => {
        await control().fail({ operation, kind: 'error', status });
        await expectOnePost(await (await publisher()).settle());
      },
    );

    test.each(steps)('when $operation answers after the deadline', async ({ operation }) => {
      const { http, ...others } = setting.tools();
      const impatient = it.adapterOver({ ...others, http: (call) => http({ ...call, timeoutMs: holdMs / 2 }) });
      await control().fail({ operation, kind: 'delay', delayMs: holdMs });
      await expectOnePost(await (await publisher(impatient)).settle());
    });

    test('when the answer is lost and the first look at the account fails too', async () => {
      await control().fail({ operation: it.operations.publish, kind: 'drop_after' });
      await control().fail({ operation: it.operations.list, kind: 'error' });
      await expectOnePost(await (await publisher()).settle());
    });

    test('when it is delivered again after it was accepted', async () => {
      const one = await publisher();
      const first = await one.settle();
      expect(await one.settle()).toEqual(first);
      await expectOnePost(first);
    });

    test.each(steps)(`with a token that has expired by $operation: ${it.expired}`, async ({ operation }) => {
      const { account, saved } = await setting.anotherAccount();
      await control().fail({ operation, kind: 'expire_tokens' });
      const outcome = await (await publisher(setting.adapter(), account)).settle();
      if (it.expired === 'renewed') await expectOnePost(outcome);
      else expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'reconnect' } });
      expect(saved).toHaveLength(it.expired === 'lost' ? 0 : 1);
      await setting.reconnect();
    });
  });
}

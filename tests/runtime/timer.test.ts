import { describe, expect, test } from 'vitest';
import { timers } from '../../functions/runtime/contract.ts';
import { timer } from '../../functions/runtime/timer.ts';

const { countThings } = timers('sample', { countThings: { summary: 'Counts', every: 'hour', needs: [] } });

describe('timer', () => {
  test('runs with tools that are made once', async () => {
    let made = 0;
    const runs: number[] = [];
    const handler = timer(
      countThings,
      async (tools: number) => {
        runs.push(tools);
      },
      () => {
        made += 1;
        return made;
      },
    );
    expect(made).toBe(0);
    await handler();
    await handler();
    expect(runs).toEqual([1, 1]);
  });

  test('fails when its run fails, so that Lambda counts it and tries again', async () => {
    const broken = new Error('broken');
    const handler = timer(
      countThings,
      () => Promise.reject(broken),
      () => undefined,
    );
    await expect(handler()).rejects.toBe(broken);
  });
});

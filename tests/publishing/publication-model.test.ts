import fc from 'fast-check';
import { describe, test } from 'vitest';
import { RetryClass } from '../../functions/platforms/contract.ts';
import type { Lateness } from '../../functions/publishing/schemas.ts';
import { testTeamId } from '../support/request.ts';
import { arbitraryMoves } from './model/moves.ts';
import { Watch } from './model/watch.ts';
import { World } from './model/world.ts';

/** Runs for each retry class: `MODEL_RUNS=1000` looks longer, `MODEL_SEED=2` elsewhere. */
const numRuns = Number(process.env.MODEL_RUNS ?? 15);
const seed = Number(process.env.MODEL_SEED ?? 1);

const lateness = fc.constantFrom<Lateness>(
  { policy: 'ask', afterMinutes: 60 },
  { policy: 'skip', afterMinutes: 2 },
  { policy: 'publish', afterMinutes: 60 },
);

describe('posts, publishers, people and a platform, in any order, dying anywhere:', () => {
  test.each(RetryClass.options)('%s', { timeout: 600_000 }, async (retryClass) => {
    const commands = fc.commands(arbitraryMoves, { maxCommands: 40, size: 'max' });
    const property = fc.asyncProperty(commands, lateness, async (moves, rule) => {
      const world = await World.make(retryClass);
      const watch = new Watch(world);
      await world.direct.settings.setLateness(testTeamId, rule, undefined);
      await world.plan(2, 0);
      await fc.asyncModelRun(() => ({ model: {}, real: { world, watch } }), moves);
      await watch.finish();
    });
    await fc.assert(property, { numRuns, seed });
  });
});

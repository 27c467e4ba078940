import * as z from 'zod';
import { commonFaults, Fault } from '../runtime/fault.ts';
import { ConditionFailed, dynamoTable, type Table, type Write } from '../runtime/table.ts';
import type { Plan } from './contract.ts';
import { connectionLimitOf, planLimits } from './plan-limits.ts';
import { alive, teamKey } from './team-rows.ts';

/** What of a team's row is read here: the whole contract of teams would be much to carry for it. */
const CountedTeam = z.object({
  plan: z.custom<Plan>((name) => typeof name === 'string' && Object.hasOwn(planLimits, name)),
  connectionLimit: z.number().optional(),
  connections: z.number().optional(),
  deletedAt: z.string().optional(),
});
type CountedTeam = z.infer<typeof CountedTeam>;

/** How many connections there are, for a team that is not counted yet. */
type CountThem = () => Promise<number>;

/** `write` belongs into the transaction that makes a connection: it holds while there is a place, and the team is not deleted. */
export type Place = { write: Write; limit: number };

/**
 * The places for connections that a team's plan has, counted on its row. Teams from before they were counted are counted
 * once, by whoever first takes or gives back a place: until then nothing else may change the number.
 */
export function connectionPlaces(table: Table = dynamoTable()) {
  async function beginCount(teamId: string, { connections }: CountedTeam, countThem: CountThem): Promise<void> {
    if (connections !== undefined) return;
    const change = { set: { connections: await countThem() } };
    await table.update(teamKey(teamId), change, { connections: 'absent' }).catch((error: unknown) => {
      if (!(error instanceof ConditionFailed)) throw error; // another one was faster
    });
  }

  return {
    async take(teamId: string, countThem: CountThem): Promise<Place> {
      const team = CountedTeam.optional().parse(await table.get(teamKey(teamId)));
      if (!team || team.deletedAt !== undefined) throw new Fault(commonFaults['auth.not_a_member']);
      await beginCount(teamId, team, countThem);
      const limit = connectionLimitOf(team);
      const isFree = { ...alive, connections: { atMost: limit - 1 } };
      return { write: { update: teamKey(teamId), change: { add: { connections: 1 } }, if: isFree }, limit };
    },

    /** For the transaction that deletes a connection. */
    async giveBack(teamId: string, countThem: CountThem): Promise<Write[]> {
      const team = CountedTeam.optional().parse(await table.get(teamKey(teamId)));
      if (!team) return [];
      await beginCount(teamId, team, countThem);
      return [{ update: teamKey(teamId), change: { add: { connections: -1 } } }];
    },
  };
}
export type ConnectionPlaces = ReturnType<typeof connectionPlaces>;

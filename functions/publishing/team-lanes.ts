import { connectionFaults } from '../connections/contract.ts';
import type { ConnectionReader } from '../connections/public.ts';
import { Fault } from '../runtime/fault.ts';
import type { LaneRef } from './schemas.ts';

export type ConnectionLister = Pick<ConnectionReader, 'findMany' | 'listIds'>;

/** More accounts than any team has; what is over is left to the timer. */
export const laneLimit = 1000;
/** Lanes asked at the same time. */
const atOnce = 25;

type Wanted = { teamId: string; connectionId?: string | undefined };

/** The lanes of a team, or the one that is named; refused when the team does not have it. */
export async function findLanes({ teamId, connectionId }: Wanted, connections: ConnectionLister): Promise<LaneRef[]> {
  if (connectionId === undefined)
    return (await connections.listIds(teamId, laneLimit)).map((id) => ({ teamId, connectionId: id }));
  const found = await connections.findMany(teamId, [connectionId]);
  if (found.length === 0) throw new Fault(connectionFaults['connection.not_found']);
  return [{ teamId, connectionId }];
}

/** Asks each lane, in their order, a few at a time. */
export async function ofEach<Answer>(
  lanes: readonly LaneRef[],
  ask: (lane: LaneRef) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < lanes.length; start += atOnce)
    answers.push(...(await Promise.all(lanes.slice(start, start + atOnce).map(ask))));
  return answers;
}

import { addSeconds, type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { commonFaults, Fault, faultStatus } from '../runtime/fault.ts';
import { log } from '../runtime/log.ts';
import type { ConnectionActions } from './connection-actions.ts';
import { connectionsContract } from './contract.ts';
import { connectionFaults } from './faults.ts';

type Tools = { actions: () => Promise<ConnectionActions>; now: Now };
type Lane = { teamId: string; connectionId: string };

/** Connections changed side by side: one whose platform does not answer holds up few others. */
const atOnce = 10;
/** None is begun later than this, so that those under way end before the caller is cut off. */
const beginSeconds = 12;

/** One that is refused keeps none of the others from their change; what it was refused for stands in its row. */
export async function changeConnections(
  { body, caller }: Call<typeof connectionsContract.changeConnections>,
  tools: Tools,
) {
  const endAt = addSeconds(tools.now(), beginSeconds);
  const act = (await tools.actions())[body.action];
  const left = body.connectionIds.entries();
  const items: Row[] = [];
  const change = async (lane: Lane) => {
    if (tools.now() > endAt) throw new Fault(connectionFaults['connection.not_tried']);
    await act(lane, body);
  };
  const work = async () => {
    for (const [place, connectionId] of left)
      items[place] = await rowOf({ teamId: caller.teamId, connectionId }, change);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { items };
}

type Row = { connectionId: string; status: number; error?: { code: string; detail: string } };

async function rowOf(lane: Lane, change: (lane: Lane) => Promise<void>): Promise<Row> {
  const { connectionId } = lane;
  try {
    await change(lane);
    return { connectionId, status: 200 };
  } catch (error) {
    const { entry, message } = error instanceof Fault ? error : unexpected(lane, error);
    return { connectionId, status: faultStatus[entry.kind], error: { code: entry.code, detail: message } };
  }
}

function unexpected({ connectionId }: Lane, error: unknown): Fault {
  const cause = error instanceof Error ? error : new Error('Not an error', { cause: error });
  log.error('connection.change_failed', { connectionId, error: cause });
  return new Fault(commonFaults['internal.error'], { cause: error });
}

/** What is done to each is much code: it is loaded when somebody asks for it. */
export const handler = endpoint(connectionsContract.changeConnections, changeConnections, () => ({
  actions: async () => (await import('./connection-actions.ts')).deployedActions(),
  now,
}));

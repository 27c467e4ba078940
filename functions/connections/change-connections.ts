import { accessFor } from '../platforms/public.ts';
import { publicationTable } from '../posts/public.ts';
import { addSeconds, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { commonFaults, Fault, faultStatus } from '../runtime/fault.ts';
import { log } from '../runtime/log.ts';
import { secretBox } from '../runtime/secrets.ts';
import { slotZones } from '../scheduling/public.ts';
import { connectionPlaces } from '../teams/public.ts';
import { accountOpener } from './account-opener.ts';
import { type CheckTools, checkAccount, type Lane } from './check-account.ts';
import { connectionChanges } from './connection-changes-table.ts';
import { connectionTable } from './connection-table.ts';
import { connectionFaults, connectionsContract } from './contract.ts';
import { type RemoveTools, removeConnection } from './delete-connection.ts';
import { renewAccess } from './renew-access.ts';
import { changeConnection, type UpdateTools } from './update-connection.ts';

type Tools = CheckTools & RemoveTools & UpdateTools;
type Change = Call<typeof connectionsContract.changeConnections>;
type Action = (lane: Lane, body: Change['body'], tools: Tools) => Promise<unknown>;

const actions: Record<Change['body']['action'], Action> = {
  enable: (lane, _, tools) => changeConnection({ ...lane, patch: { enabled: true } }, tools),
  disable: (lane, _, tools) => changeConnection({ ...lane, patch: { enabled: false } }, tools),
  check: (lane, _, tools) => checkAccount(lane, tools),
  refresh: (lane, _, tools) => renewAccess(lane, tools),
  disconnect: (lane, { scheduled }, tools) => removeConnection(lane, scheduled, tools),
};

/** Connections changed side by side: one whose platform does not answer holds up few others. */
const atOnce = 10;
/** None is begun later than this, so that those under way end before the caller is cut off. */
const beginSeconds = 12;

/** One that is refused keeps none of the others from their change; what it was refused for stands in its row. */
export async function changeConnections({ body, caller }: Change, tools: Tools) {
  const endAt = addSeconds(tools.now(), beginSeconds);
  const left = body.connectionIds.entries();
  const items: Row[] = [];
  const change = async (lane: Lane) => {
    if (tools.now() > endAt) throw new Fault(connectionFaults['connection.not_tried']);
    return actions[body.action](lane, body, tools);
  };
  const work = async () => {
    for (const [place, connectionId] of left)
      items[place] = await rowOf({ teamId: caller.teamId, connectionId }, change);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { items };
}

type Row = { connectionId: string; status: number; error?: { code: string; detail: string } };

async function rowOf(lane: Lane, change: (lane: Lane) => Promise<unknown>): Promise<Row> {
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
  log.error('connection.change_failed', { connectionId, error: error as Error });
  return new Fault(commonFaults['internal.error'], { cause: error });
}

export const handler = endpoint(connectionsContract.changeConnections, changeConnections, () => ({
  accounts: accountOpener(),
  changes: connectionChanges(),
  connections: connectionTable(),
  publications: publicationTable(),
  secrets: secretBox(),
  places: connectionPlaces(),
  zones: slotZones(),
  accessFor,
  now,
}));

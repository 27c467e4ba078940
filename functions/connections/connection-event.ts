import * as z from 'zod';
import { derivedEvent } from '../runtime/derived-event.ts';
import type { BusEvent } from '../runtime/event-bus.ts';
import type { RowChange } from '../runtime/stream-reader.ts';
import { ConnectionLost, connectionsEvents } from './contract.ts';

const LostRow = ConnectionLost.omit({ connectionId: true }).extend({
  entity: z.literal('connection'),
  teamId: z.string(),
  id: ConnectionLost.shape.connectionId,
});

/** What a connection's row tells by having come into its state (`lostStates`); undefined for other rows. */
export function connectionEvent(change: RowChange): BusEvent | undefined {
  if (change.row.entity !== 'connection') return undefined;
  const { teamId, id: connectionId, platform, accountName, state } = LostRow.parse(change.row);
  const data = { connectionId, platform, accountName, state };
  return derivedEvent(connectionsEvents['connection.needs_reconnect'], change, { teamId, data });
}

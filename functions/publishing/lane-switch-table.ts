import type { Write } from '../runtime/table.ts';

// A connection that is switched off    pk TEAM#<team>  sk OFF#<connection>   read with the crisis stops
type Lane = { teamId: string; connectionId: string };
export const offKey = ({ teamId, connectionId }: Lane) => ({ pk: `TEAM#${teamId}`, sk: `OFF#${connectionId}` });

/** What switches a connection on or off for the publisher, beside the change of the connection itself. */
export const laneSwitch = (lane: Lane, isOn: boolean): Write =>
  isOn ? { delete: offKey(lane) } : { put: { ...offKey(lane), entity: 'laneOff', v: 1 } };

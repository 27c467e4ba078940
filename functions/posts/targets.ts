import type { Connection } from '../connections/contract.ts';
import { connectionFaults } from '../connections/contract.ts';
import type { TargetConnection } from '../connections/public.ts';
import { Fault } from '../runtime/fault.ts';

export type TargetFinder = { findMany: (teamId: string, ids: readonly string[]) => Promise<TargetConnection[]> };

/** The team's connections in the order of `ids`; one that the team does not have refuses the request, by name. */
export async function findTargets(finder: TargetFinder, teamId: string, ids: readonly string[]) {
  const found = new Map((await finder.findMany(teamId, ids)).map((connection) => [connection.id, connection]));
  const targets = ids.map((id) => found.get(id));
  const errors = ids.flatMap((id, place) =>
    found.has(id)
      ? []
      : [{ path: `body.connectionIds.${place}`, code: 'connection.not_found', message: `no connection ${id}` }],
  );
  if (errors.length > 0) throw new Fault(connectionFaults['connection.not_found'], { errors });
  return targets.filter((target) => target !== undefined);
}

export const targetsOf = (connections: readonly Pick<Connection, 'id' | 'platform'>[]) =>
  connections.map(({ id: connectionId, platform }) => ({ connectionId, platform }));

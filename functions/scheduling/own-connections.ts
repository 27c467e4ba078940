import { connectionFaults } from '../connections/contract.ts';
import type { TargetConnection } from '../connections/public.ts';
import { Fault } from '../runtime/fault.ts';

export type ConnectionFinder = { findMany: (teamId: string, ids: readonly string[]) => Promise<TargetConnection[]> };

/** Refuses a connection that the team does not have. */
export async function checkIsOwn(finder: ConnectionFinder, teamId: string, connectionId: string): Promise<void> {
  const found = await finder.findMany(teamId, [connectionId]);
  if (found.length === 0) throw new Fault(connectionFaults['connection.not_found']);
}

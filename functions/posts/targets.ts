import type { Connection } from '../connections/contract.ts';
import { connectionFaults } from '../connections/contract.ts';
import type { TargetConnection } from '../connections/public.ts';
import { textProblem } from '../platforms/public.ts';
import { Fault, type FieldError } from '../runtime/fault.ts';
import { postFaults } from './contract.ts';

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

/** Refuses a text that one of the targets would not take, naming each such target with its limit. */
export function checkText(text: string, targets: readonly TargetConnection[]): void {
  const errors = targets.flatMap((target, place) => textErrors(text, target, place));
  const [first] = errors;
  if (first) throw new Fault(postFaults['post.text_too_long'], { detail: first.message, errors });
}

function textErrors(
  text: string,
  { id, platform, accountName, textLimits }: TargetConnection,
  place: number,
): FieldError[] {
  const problem = textProblem(platform, text, textLimits);
  if (!problem) return [];
  const message = `${accountName} on ${platform} (${id}) takes ${problem.max} ${problem.unit}, the text has ${problem.length}`;
  return [{ path: `body.connectionIds.${place}`, code: 'post.text_too_long', message }];
}

export const targetsOf = (connections: readonly Pick<Connection, 'id' | 'platform'>[]) =>
  connections.map(({ id: connectionId, platform }) => ({ connectionId, platform }));

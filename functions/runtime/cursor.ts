import { createHmac, timingSafeEqual } from 'node:crypto';
import { config } from './config.ts';
import { commonFaults, Fault } from './fault.ts';

/** Where a page ended, as the table file wants it back. */
type Position = string;

/**
 * Opaque cursors, signed and bound to one list (`scope`: team, operation and filters), so that a changed or foreign one
 * is refused. They carry no partition key: even a forged one could not leave its team.
 */
export function cursors(key: string = config('CURSOR_KEY').CURSOR_KEY) {
  const sign = (scope: string, position: Position) =>
    createHmac('sha256', key).update(`${scope}\n${position}`).digest().subarray(0, 12);
  return {
    write: (scope: string, position: Position) =>
      Buffer.concat([sign(scope, position), Buffer.from(position)]).toString('base64url'),
    read(scope: string, cursor: string): Position {
      const bytes = Buffer.from(cursor, 'base64url');
      const [signature, position] = [bytes.subarray(0, 12), bytes.subarray(12).toString()];
      const isOurs = signature.length === 12 && timingSafeEqual(signature, sign(scope, position));
      if (!isOurs || bytes.toString('base64url') !== cursor) throw new Fault(commonFaults['cursor.invalid']);
      return position;
    },
  };
}
export type Cursors = ReturnType<typeof cursors>;

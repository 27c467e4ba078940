import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { EventSpec } from './contract.ts';
import type { BusEvent } from './event-bus.ts';
import { idFromUuid } from './ids.ts';
import type { RowChange } from './stream-reader.ts';

type Told<Spec extends EventSpec> = { teamId: string; data: z.input<Spec['data']> };

/** The event that a change of a row is by itself: the stream tells of it, and no row of its own is written (decision 0011). */
export const derivedEvent = <Spec extends EventSpec>(
  spec: Spec,
  change: Pick<RowChange, 'id' | 'at'>,
  { teamId, data }: Told<Spec>,
): BusEvent => ({
  type: spec.type,
  id: idFromUuid('event', uuidOf(change)),
  at: change.at.toISOString(),
  teamId,
  data: spec.data.parse(data),
});

/** A version 7 UUID of the change: sorts by time, and is the same when the stream gives the change again. */
function uuidOf({ id, at }: Pick<RowChange, 'id' | 'at'>): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  const digest = createHash('sha256').update(id).digest('hex');
  const parts = [time.slice(0, 8), time.slice(8), `7${digest.slice(0, 3)}`, `8${digest.slice(3, 6)}`];
  return [...parts, digest.slice(6, 18)].join('-');
}

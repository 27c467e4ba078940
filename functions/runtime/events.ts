import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod';
import { unixSeconds } from './clock.ts';
import type { EventSpec, Subscriber } from './contract.ts';
import { newId } from './ids.ts';
import { reportRun } from './run-report.ts';
import type { Write } from './table.ts';

/** How long an event row stays after it was relayed, for replay. */
const keptSeconds = 7 * 24 * 3600;

/** Detail of every event on the bus. */
const EventDetail = z.object({ id: z.string(), at: z.iso.datetime(), teamId: z.string(), data: z.unknown() });

/** A domain event row: written in the transaction that changes state, relayed to the bus by the table's stream. */
export const StoredEvent = z.object({
  pk: z.string(),
  sk: z.string(),
  entity: z.literal('event'),
  v: z.literal(1),
  type: z.string(),
  expiresAt: z.number(),
  ...EventDetail.shape,
});

type Occurrence<Spec extends EventSpec> = { teamId: string; at: Date; data: z.input<Spec['data']> };

/** The write that makes `spec` happen; add it to the transaction of the change it tells. */
export function eventWrite<Spec extends EventSpec>(spec: Spec, { teamId, at, data }: Occurrence<Spec>): Write {
  const id = newId('event');
  const row: z.infer<typeof StoredEvent> = {
    pk: `TEAM#${teamId}#EVENTS`,
    sk: `EVENT#${id}`,
    entity: 'event',
    v: 1,
    type: spec.type,
    id,
    at: at.toISOString(),
    teamId,
    data: spec.data.parse(data),
    expiresAt: unixSeconds(at) + keptSeconds,
  };
  return { insert: row };
}

export type Happened<S extends Subscriber> = {
  id: string;
  at: string;
  teamId: string;
  data: z.output<S['on']['data']>;
};

/** The only way to make an event handler. An event may come twice and out of order. */
export function subscriber<S extends Subscriber, Tools>(
  entry: S,
  run: (event: Happened<S>, tools: Tools) => Promise<void>,
  makeTools: () => Tools,
) {
  let tools: Tools | undefined;
  return ({ detail }: EventBridgeEvent<string, unknown>): Promise<void> =>
    reportRun(entry.name, async () => {
      const event = EventDetail.parse(detail);
      tools ??= makeTools();
      await run({ ...event, data: entry.on.data.parse(event.data) as Happened<S>['data'] }, tools);
    });
}

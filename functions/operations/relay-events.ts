import { type EventBus, eventBus } from '../runtime/event-bus.ts';
import { StoredEvent } from '../runtime/events.ts';
import { streamReader } from '../runtime/stream-reader.ts';
import type { Row } from '../runtime/table.ts';
import { operationsStreamReaders } from './contract.ts';

type Tools = { bus: EventBus };

/** A batch that fails comes again as a whole: subscribers bear an event twice. */
export async function relayEvents(rows: readonly Row[], { bus }: Tools): Promise<void> {
  await bus.put(rows.map((row) => StoredEvent.parse(row)));
}

export const handler = streamReader(operationsStreamReaders.relayEvents, relayEvents, () => ({ bus: eventBus() }));

import { connectionEvent } from '../connections/public.ts';
import { publicationEvent } from '../publishing/public.ts';
import { type BusEvent, type EventBus, eventBus } from '../runtime/event-bus.ts';
import { StoredEvent } from '../runtime/events.ts';
import { type RowChange, streamReader } from '../runtime/stream-reader.ts';
import { operationsStreamReaders } from './contract.ts';

type Tools = { bus: EventBus };

/** A batch that fails comes again as a whole: subscribers bear an event twice. */
export async function relayEvents(changes: readonly RowChange[], { bus }: Tools): Promise<void> {
  await bus.put(changes.flatMap((change) => eventOf(change) ?? []));
}

/** Some events are rows; those of publications and lost connections are what became of their own rows. */
const eventOf = (change: RowChange): BusEvent | undefined =>
  change.row.entity === 'event' ? StoredEvent.parse(change.row) : (publicationEvent(change) ?? connectionEvent(change));

export const handler = streamReader(operationsStreamReaders.relayEvents, relayEvents, () => ({ bus: eventBus() }));

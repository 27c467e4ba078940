import { publicationOf, type StoredPublication } from '../posts/public.ts';
import { derivedEvent } from '../runtime/derived-event.ts';
import type { BusEvent } from '../runtime/event-bus.ts';
import type { RowChange } from '../runtime/stream-reader.ts';
import { publishingEvents } from './contract.ts';
import { refOf } from './schemas.ts';

/** What a publication's row tells by having come into its state (`toldStates`); undefined for other rows. */
export function publicationEvent(change: RowChange): BusEvent | undefined {
  const publication = publicationOf(change.row);
  return publication && eventOf(publication, change);
}

function eventOf(publication: StoredPublication, change: RowChange): BusEvent {
  const { teamId, platform, state, platformPostId, url = '', latenessMs = 0, error, missedBy = 'ask' } = publication;
  const ref = { ...refOf(publication), platform };
  if (state === 'published')
    return derivedEvent(publishingEvents['publication.published'], change, {
      teamId,
      data: { ...ref, platformPostId, url, latenessMs },
    });
  if (state === 'missed')
    return derivedEvent(publishingEvents['publication.missed'], change, { teamId, data: { ...ref, policy: missedBy } });
  const code = error?.code ?? state;
  return derivedEvent(publishingEvents['publication.failed'], change, { teamId, data: { ...ref, code } });
}

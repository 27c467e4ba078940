import * as z from 'zod';
import {
  authorizers,
  type Domain,
  endpoints,
  events,
  streamReaders,
  subscribers,
  timers,
  workers,
} from '../../functions/runtime/contract.ts';

const NoteRef = z.strictObject({ noteId: z.string() });
const noteEvents = events({ 'note.written': NoteRef });

/** A domain with one of each kind of function, for tests of what is derived from contracts. */
export const sampleDomain: Domain = {
  name: 'notes',
  authorizers: authorizers('notes', { authorizeReader: { summary: 'Tells who reads', needs: ['tokens:verify'] } }),
  endpoints: endpoints(
    { domain: 'notes', faults: {} },
    {
      getNote: {
        route: 'GET /notes/{noteId}',
        summary: 'One note',
        auth: 'team',
        path: NoteRef,
        reply: { status: 200, body: NoteRef },
        faults: [],
        needs: ['table:get', 'table:query', 'cursor'],
        memoryMb: 256,
        timeoutSeconds: 5,
      },
    },
  ),
  workers: workers('notes', {
    printNote: { summary: 'Prints a note', queue: 'publish', body: NoteRef, needs: ['hosts'], concurrency: 5 },
  }),
  timers: timers('notes', { dropOldNotes: { summary: 'Drops old notes', every: 'minute', needs: ['table:delete'] } }),
  subscribers: subscribers('notes', {
    countNote: { summary: 'Counts the notes', on: noteEvents['note.written'], needs: [] },
  }),
  streamReaders: streamReaders('notes', {
    relayNotes: {
      summary: 'Relays notes',
      entity: 'note',
      moves: [{ entity: 'letter', into: ['sent', 'lost'] }],
      needs: [],
    },
  }),
  events: noteEvents,
};

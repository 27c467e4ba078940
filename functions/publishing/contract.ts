import * as z from 'zod';
import { PlatformId } from '../platforms/contract.ts';
import { events, timers, workers } from '../runtime/contract.ts';
import { idOf } from '../runtime/ids.ts';

/** Names one publication: one post on its way to one connection. */
export const PublicationRef = z.object({
  teamId: idOf('team'),
  postId: idOf('post'),
  connectionId: idOf('conn'),
});
export type PublicationRef = z.infer<typeof PublicationRef>;

/** Just the name of a publication that says more. */
export const refOf = ({ teamId, postId, connectionId }: PublicationRef): PublicationRef => ({
  teamId,
  postId,
  connectionId,
});

export const publishingWorkers = workers('publishing', {
  publishPublication: {
    summary: 'Publishes one publication that is due; the message is a hint, the row decides',
    queue: 'publish',
    body: PublicationRef,
    needs: [
      'table:get',
      'table:query',
      'table:put',
      'table:update',
      'table:delete',
      'secrets:seal',
      'secrets:open',
      'queue:publish',
      'hosts',
    ],
    timeoutSeconds: 60,
    batchSize: 1,
    concurrency: 100,
  },
});

export const publishingTimers = timers('publishing', {
  queueDuePublications: {
    summary: 'Sends what comes due before the next minute to the publish queue, and again what was lost',
    every: 'minute',
    needs: ['table:query:gsi1', 'queue:publish'],
  },
});

export const publishingEvents = events({
  'publication.published': PublicationRef.extend({
    platform: PlatformId,
    platformPostId: z.string(),
    url: z.url(),
    /** Time from the due time to the platform's yes. */
    latenessMs: z.number().int(),
  }),
  'publication.failed': PublicationRef.extend({ platform: PlatformId, code: z.string() }),
});

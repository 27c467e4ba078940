import * as z from 'zod';
import { PlatformId } from '../platforms/contract.ts';
import type { PublicationState } from '../posts/contract.ts';
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

/** A lane: one connection of a team, where posts go out one after the other. */
export const LaneRef = z.object({ teamId: idOf('team'), connectionId: idOf('conn') });

/** What happens to a post that could not go out in time: it goes out late, not at all, or somebody is asked. */
export const LatenessPolicy = z.enum(['publish', 'skip', 'ask']);
export type LatenessPolicy = z.infer<typeof LatenessPolicy>;

/** What a team wants of posts that could not go out in time, and from how many minutes on. */
export const Lateness = z.strictObject({
  policy: LatenessPolicy,
  afterMinutes: z.number().int().min(1).max(1440).meta({ example: 60 }),
});
export type Lateness = z.infer<typeof Lateness>;

export const publishingWorkers = workers('publishing', {
  publishLane: {
    summary: 'Publishes what is due on one connection, in order; the message is a hint, the rows decide',
    queue: 'publish',
    body: LaneRef,
    needs: [
      'table:get',
      'table:getMany',
      'table:query',
      'table:query:gsi3',
      'table:put',
      'table:update',
      'table:delete',
      'secrets:seal',
      'secrets:open',
      'queue:publish',
      'hosts',
      'platform-apps',
    ],
    timeoutSeconds: 60,
    batchSize: 1,
    concurrency: 100,
  },
});

export const publishingTimers = timers('publishing', {
  hintDueLanes: {
    summary: 'Tells the publisher which connections have something due before the next minute, and again what was lost',
    every: 'minute',
    needs: ['table:query:gsi1', 'queue:publish'],
  },
});

/** A publication that comes into one of these states is an event below (publication-event.ts). */
export const toldStates = ['published', 'failed', 'unconfirmed', 'missed'] as const satisfies PublicationState[];

export const publishingEvents = events({
  'publication.published': PublicationRef.extend({
    platform: PlatformId,
    platformPostId: z.string(),
    url: z.url(),
    /** Time from the due time to the platform's yes. */
    latenessMs: z.number().int(),
  }),
  'publication.failed': PublicationRef.extend({ platform: PlatformId, code: z.string() }),
  /** Too late by the team's rule; with `ask` somebody must decide whether it is still wanted. */
  'publication.missed': PublicationRef.extend({ platform: PlatformId, policy: LatenessPolicy }),
});

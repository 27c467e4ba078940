import * as z from 'zod';
import { connectionFaults, connectionsEvents } from '../connections/contract.ts';
import { PlatformId } from '../platforms/contract.ts';
import { LatenessPolicy, PublicationId, postFaults } from '../posts/contract.ts';
import { endpoints, events, subscribers, timers, workers } from '../runtime/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { publicationFaults } from './faults.ts';
import {
  Confirmation,
  LaneRef,
  Lateness,
  PauseOutcome,
  Pauses,
  Publication,
  PublicationRef,
  PublishingSettings,
  PublishingStatus,
  Stop,
} from './schemas.ts';

/** What other domains and the document see of the files beside this one. */
export { publicationFaults } from './faults.ts';
export {
  Lateness,
  Pause,
  Pauses,
  Publication,
  PublishAttempt,
  PublishingSettings,
  PublishingStatus,
  toldStates,
} from './schemas.ts';

const PublicationPath = z.object({ publicationId: PublicationId });

export const publishingContract = /* @__PURE__ */ endpoints(
  { domain: 'publishing', faults: () => ({ ...publicationFaults, ...postFaults, ...connectionFaults }) },
  () => ({
    listPublications: {
      route: 'GET /posts/{postId}/publications',
      summary: 'What became of a post on each target, with all that was tried',
      description: 'A draft has none.',
      auth: 'team',
      scope: 'posts:read',
      path: z.object({ postId: idOf('post') }),
      reply: { status: 200, body: z.object({ items: z.array(Publication) }) },
      faults: ['post.not_found'],
      needs: ['table:get', 'table:query'],
    },
    getPublication: {
      route: 'GET /publications/{publicationId}',
      summary: 'What became of a post on one target, with all that was tried',
      auth: 'team',
      scope: 'posts:read',
      path: PublicationPath,
      reply: { status: 200, body: Publication },
      faults: ['publication.not_found'],
      needs: ['table:get', 'table:query'],
    },
    retryPublication: {
      route: 'POST /publications/{publicationId}/retry',
      summary: 'Try a publication again that failed, was missed, given up, or is unconfirmed',
      description:
        'It is due at once, and late by the rule of the team from now on. An unconfirmed one is never sent again on hope: ' +
        'where a second call could make a second post, the platform is looked at first, and without proof that the first ' +
        'did not get through it ends unconfirmed again. A thread goes on with the part that is next. While publishing is paused it waits.',
      auth: 'team',
      scope: 'posts:write',
      audit: 'publication.retried',
      role: 'editor',
      path: PublicationPath,
      reply: { status: 202, body: Publication },
      faults: [
        'publication.not_found',
        'publication.is_scheduled',
        'publication.is_queued',
        'publication.is_publishing',
        'publication.is_published',
        'post.locked',
      ],
      needs: ['table:get', 'table:query', 'table:update', 'queue:publish'],
    },
    confirmPublication: {
      route: 'POST /publications/{publicationId}/confirm',
      summary: 'Say whether an unconfirmed publication is on the platform',
      description:
        'With its `url` it becomes `published`. With `published: false` it becomes `failed`, may be tried again, and what ' +
        'was tried before counts no more. Of a thread, it is the part in doubt that is spoken of: with its `platformPostId`, ' +
        'what is to follow goes out within a minute; without, the thread ends there.',
      auth: 'team',
      scope: 'posts:write',
      audit: 'publication.confirmed',
      role: 'editor',
      path: PublicationPath,
      body: Confirmation,
      reply: { status: 200, body: Publication },
      faults: [
        'publication.not_found',
        'publication.is_scheduled',
        'publication.is_queued',
        'publication.is_publishing',
        'publication.is_published',
        'publication.is_failed',
        'publication.is_missed',
        'publication.is_cancelled',
        'post.locked',
      ],
      needs: ['table:get', 'table:query', 'table:update'],
    },
    cancelPublication: {
      route: 'POST /publications/{publicationId}/cancel',
      summary: 'Give up a publication; the other targets of its post go on',
      description:
        'Exact to the moment: what no publisher has begun with does not go out, and what one is at work on is refused. ' +
        'One that is tried again after an answer was lost becomes `unconfirmed`, not `cancelled`: nothing is sent any ' +
        'more, but it may be out. A thread that is out in part, or has failed there, becomes `published` as far as it came.',
      auth: 'team',
      scope: 'posts:write',
      audit: 'publication.cancelled',
      role: 'editor',
      path: PublicationPath,
      reply: { status: 200, body: Publication },
      faults: [
        'publication.not_found',
        'publication.is_published',
        'publication.is_failed',
        'publication.is_unconfirmed',
        'publication.is_cancelled',
        'post.locked',
      ],
      needs: ['table:get', 'table:query', 'table:update', 'table:delete'],
    },
    getPublishingSettings: {
      route: 'GET /publishing/settings',
      summary: 'What happens to posts that could not go out in time',
      auth: 'team',
      scope: 'posts:read',
      versioned: true,
      reply: { status: 200, body: PublishingSettings },
      faults: [],
      needs: ['table:get'],
    },
    setPublishingSettings: {
      route: 'PUT /publishing/settings',
      summary: 'Set what happens to posts that could not go out in time',
      description:
        '`publish` sends them late, up to a week; `skip` and `ask` leave them `missed`, and `ask` wants a decision: retry ' +
        'or cancel. It counts for posts under way, too.',
      auth: 'team',
      scope: 'publishing:write',
      versioned: true,
      audit: 'publishing.configured',
      role: 'admin',
      body: z.strictObject({ lateness: Lateness }),
      reply: { status: 200, body: PublishingSettings },
      faults: [],
      needs: ['table:get', 'table:put', 'table:update'],
    },
    pausePublishing: {
      route: 'POST /publishing/pause',
      summary: 'Crisis stop: nothing goes out any more on a connection or from the whole team',
      description:
        'Holds until it is resumed. `inFlight` are those that publishers have begun with: they may still go out, and ' +
        'nothing else does. Who stopped first stays on record.',
      auth: 'team',
      scope: 'publishing:write',
      audit: 'publishing.paused',
      role: 'editor',
      body: Stop,
      reply: { status: 200, body: PauseOutcome },
      faults: ['connection.not_found'],
      needs: ['table:get', 'table:getMany', 'table:query', 'table:query:gsi3', 'table:put', 'table:update'],
    },
    resumePublishing: {
      route: 'POST /publishing/resume',
      summary: 'End the crisis stop of the team, or of one connection',
      description:
        'What became due meanwhile goes out at once, or is missed, by the rule of the team. Ending that of the team leaves ' +
        'connections held that were stopped by themselves.',
      auth: 'team',
      scope: 'publishing:write',
      audit: 'publishing.resumed',
      role: 'editor',
      body: Stop,
      reply: { status: 200, body: Pauses },
      faults: ['connection.not_found'],
      needs: [
        'table:get',
        'table:getMany',
        'table:query',
        'table:query:gsi3',
        'table:update',
        'table:delete',
        'queue:publish',
      ],
    },
    getPublishingStatus: {
      route: 'GET /publishing/status',
      summary: 'What is due, late and in flight at this moment, in all and for each connection',
      auth: 'team',
      scope: 'posts:read',
      reply: { status: 200, body: PublishingStatus },
      faults: [],
      needs: ['table:get', 'table:getMany', 'table:query', 'table:query:gsi3'],
    },
  }),
);

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
    needs: ['table:query:gsi1', 'table:query:gsi3', 'table:getMany', 'queue:publish'],
  },
});

export const publishingSubscribers = /* @__PURE__ */ subscribers('publishing', {
  cancelOnDeletedConnection: {
    summary: 'Gives up what was scheduled on a deleted connection, where its team wanted that',
    on: connectionsEvents['connection.deleted'],
    needs: ['table:get', 'table:query:gsi3', 'table:update', 'table:delete'],
    timeoutSeconds: 300,
  },
});

export const publishingEvents = events({
  'publication.published': PublicationRef.extend({
    platform: PlatformId,
    /** Absent where somebody confirmed that it is out and did not say. */
    platformPostId: z.string().optional(),
    url: z.url(),
    /** Time from the due time to the platform's yes. */
    latenessMs: z.number().int(),
  }),
  'publication.failed': PublicationRef.extend({ platform: PlatformId, code: z.string() }),
  /** Too late by the team's rule; with `ask` somebody must decide whether it is still wanted. */
  'publication.missed': PublicationRef.extend({ platform: PlatformId, policy: LatenessPolicy }),
});

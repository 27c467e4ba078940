import * as z from 'zod';
import { connectionFaults, connectionsEvents } from '../connections/contract.ts';
import { PlatformId, RetryClass } from '../platforms/contract.ts';
import { LatenessPolicy, PostTarget, PublicationId, PublicationState, postFaults } from '../posts/contract.ts';
import { endpoints, events, subscribers, timers, workers } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { UtcInstant } from '../runtime/shapes.ts';

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
export type LaneRef = z.infer<typeof LaneRef>;

/** What a team wants of posts that could not go out in time, and from how many minutes on. */
export const Lateness = z.strictObject({
  policy: LatenessPolicy,
  afterMinutes: z.number().int().min(1).max(1440).meta({ example: 60 }),
});
export type Lateness = z.infer<typeof Lateness>;

/** One try to publish: written down before the platform is called, and completed with its answer. */
export const PublishAttempt = z.object({
  id: idOf('attempt'),
  state: z.enum(['prepared', 'sending', 'accepted', 'refused', 'unknown']).meta({
    description:
      '`prepared`: what it takes is on the platform, nothing is published. `sending`: the answer is not there yet, or was lost with the publisher. `unknown`: no clear answer came.',
  }),
  retryClass: RetryClass,
  handle: z.string().meta({ description: 'By which the platform, or we, tell this publication from all others.' }),
  fingerprint: z.string().meta({ description: 'SHA-256 of the text, files and overrides as sent.' }),
  preparedAt: UtcInstant.optional(),
  sendingAt: UtcInstant.optional(),
  endedAt: UtcInstant.optional(),
  answer: z.string().optional().meta({
    description: "The platform's id of the post, its refusal, or why the outcome is unknown.",
    example: '109302436954721982',
  }),
  url: z.url().optional().meta({ example: 'https://mastodon.social/@ada/109302436954721982' }),
});
export type PublishAttempt = z.infer<typeof PublishAttempt>;

/** A post on its way to one connection, with all that was tried. */
export const Publication = z.object({
  id: PublicationId,
  postId: idOf('post'),
  connectionId: idOf('conn'),
  platform: PlatformId,
  state: PublicationState,
  publishAt: UtcInstant,
  dueAt: UtcInstant.meta({
    description: '`publishAt`, or when somebody asked for another try: lateness counts from it.',
  }),
  nextAttemptAt: UtcInstant.optional().meta({ description: 'Absent once nothing will be tried any more.' }),
  ...PostTarget.pick({ platformPostId: true, url: true, publishedAt: true, error: true }).shape,
  latenessMs: z.number().int().optional().meta({ description: 'From `dueAt` to the platform call.', example: 180 }),
  partCount: z.number().int().optional().meta({
    description: 'Where a thread or a first comment follows the post: how much goes out in all.',
  }),
  parts: z
    .array(z.object({ platformPostId: z.string().optional(), url: z.string(), publishedAt: UtcInstant }))
    .optional()
    .meta({ description: 'What of it is out, in order; the first is the post itself.' }),
  attempts: z.array(PublishAttempt).meta({ description: 'The last 50, the oldest first.' }),
});
export type Publication = z.infer<typeof Publication>;

/** What somebody saw on the account. */
const Confirmation = z.union([
  z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .meta({ example: 'https://mastodon.social/@ada/109302436954721982' }),
    platformPostId: z.string().min(1).max(512).optional().meta({
      description: 'Without it, no figures are collected, and a thread ends there.',
      example: '109302436954721982',
    }),
  }),
  z.strictObject({ published: z.literal(false) }),
]);

export const PublishingSettings = z.object({ lateness: Lateness });

/** A crisis stop: since when, and who ordered it. */
export const Pause = z.object({ pausedAt: UtcInstant, pausedBy: idOf('user') });
export type Pause = z.infer<typeof Pause>;

/** What is held: the whole team, and connections that were stopped by themselves. */
export const Pauses = z.object({
  team: Pause.nullable(),
  connections: z.array(Pause.extend({ connectionId: idOf('conn') })),
});

const Stop = z.strictObject({
  connectionId: idOf('conn').optional().meta({ description: 'Without it, the whole team.' }),
});

const Count = z.number().int().nonnegative();
const isComplete = z
  .boolean()
  .meta({ description: 'false: there is more than is counted at once, so figures are "at least".' });

/** What waits at this moment. */
const Backlog = z.object({
  due: Count.meta({ description: 'Their time has come, and they are not settled.', example: 3 }),
  late: Count.meta({ description: 'Of these, for more than a minute.', example: 1 }),
  inFlight: Count.meta({ description: 'A publisher is at work on them.', example: 1 }),
  oldestDueAt: UtcInstant.nullable(),
  isComplete,
});
export type Backlog = z.infer<typeof Backlog>;

export const PublishingStatus = Backlog.extend({
  pause: Pause.nullable().meta({ description: 'Of the whole team.' }),
  connections: z
    .array(Backlog.extend({ connectionId: idOf('conn'), pause: Pause.nullable() }))
    .meta({ description: 'The newest 100.' }),
});

export const publicationFaults = faults({
  'publication.not_found': {
    kind: 'missing',
    title: 'The team has no such publication.',
    remedy: 'Use a `publicationId` of a target in `GET /v1/posts/{postId}`.',
  },
  'publication.is_scheduled': {
    kind: 'conflict',
    title: 'The publication waits for its time, or for the next try.',
    remedy: 'Wait, or change the time of the post.',
  },
  'publication.is_queued': {
    kind: 'conflict',
    title: 'The publication is about to go out.',
    remedy: 'Wait for the outcome; while publishing is paused, resume it or cancel the publication.',
  },
  'publication.is_publishing': {
    kind: 'conflict',
    title: 'The publication is on its way.',
    remedy: 'Wait for the outcome.',
  },
  'publication.is_published': {
    kind: 'conflict',
    title: 'The publication is out, and final.',
    remedy: 'Publish again as a new post.',
  },
  'publication.is_failed': {
    kind: 'conflict',
    title: 'The publication failed, and nothing more will be tried.',
    remedy: 'Try again with `POST /v1/publications/{publicationId}/retry`, or change the post.',
  },
  'publication.is_unconfirmed': {
    kind: 'conflict',
    title: 'Nobody knows whether the publication is out.',
    remedy: 'Look at the account, then use `POST /v1/publications/{publicationId}/confirm`; or retry.',
  },
  'publication.is_missed': {
    kind: 'conflict',
    title: 'The publication missed its time, and nothing was sent.',
    remedy: 'Retry or cancel it, or give the post another time.',
  },
  'publication.is_cancelled': {
    kind: 'conflict',
    title: 'The publication was given up.',
    remedy: 'Try again with `POST /v1/publications/{publicationId}/retry`, or give the post another time.',
  },
});

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
      reply: { status: 200, body: Pauses.extend({ inFlight: Count, isComplete }) },
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

/** A publication that comes into one of these states is an event below (publication-event.ts). */
export const toldStates = ['published', 'failed', 'unconfirmed', 'missed'] as const satisfies PublicationState[];

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

import * as z from 'zod';
import { connectionFaults } from '../connections/contract.ts';
import { Media, PlatformId, PlatformOverrides, PlatformProblem } from '../platforms/contract.ts';
import { endpoints, events, timers } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { Adjusted, Instant, PageQuery, pageOf, UtcInstant, ZonedTime } from '../runtime/shapes.ts';

const idPart = '[0-7][0-9a-hjkmnp-tv-z]{25}';

/** Id of a publication: the ids of its post and its connection in one. */
export const PublicationId = z
  .string()
  .regex(
    new RegExp(`^pub_${idPart}${idPart}$`),
    'must be an id like pub_01jdxb8ncye2ha5vvbz9fnzbzt01jdxb8ncye2ha5vvbz9fnzbzt',
  )
  .meta({
    description: 'Id of the kind `pub_…`.',
    example: 'pub_01jdxb8ncye2ha5vvbz9fnzbzt01jdxb8ncye2ha5vvbz9fnzbzt',
  });

/** State of one publication: a post on its way to one connection. */
export const PublicationState = z.enum([
  'scheduled',
  'queued',
  'publishing',
  'published',
  'failed',
  'unconfirmed',
  'missed',
  'cancelled',
]);
export type PublicationState = z.infer<typeof PublicationState>;

/** State of a post, derived from its publications; `draft` has none under way. */
export const PostState = z.enum([
  'draft',
  'scheduled',
  'publishing',
  'published',
  'partially_published',
  'failed',
  'unconfirmed',
  'missed',
  'cancelled',
]);
export type PostState = z.infer<typeof PostState>;

/** What happens to a post that could not go out in time: it goes out late, not at all, or somebody is asked. */
export const LatenessPolicy = z.enum(['publish', 'skip', 'ask']);
export type LatenessPolicy = z.infer<typeof LatenessPolicy>;

/** Why a publication was not made. */
export const PublicationError = PlatformProblem;
export type PublicationError = z.infer<typeof PublicationError>;

/** How much is out of a post that is a thread or has a first comment. */
const Progress = z.object({ published: z.number().int(), all: z.number().int() });

export const PostTarget = z.object({
  connectionId: idOf('conn'),
  platform: PlatformId,
  state: z.union([z.literal('draft'), PublicationState]),
  publicationId: PublicationId.optional().meta({ description: 'Absent while the post is a draft.' }),
  publishAt: UtcInstant.optional(),
  inSlot: z.literal(true).optional().meta({ description: "Its time is one of the connection's slots." }),
  platformPostId: z.string().optional().meta({ example: '109302436954721982' }),
  url: z.url().optional().meta({ example: 'https://mastodon.social/@ada/109302436954721982' }),
  publishedAt: UtcInstant.optional(),
  parts: Progress.optional().meta({
    description: 'Where more goes out than the post itself: how much of the thread and the first comment is out.',
  }),
  error: PublicationError.optional(),
});
export type PostTarget = z.infer<typeof PostTarget>;

/** The local time that a post is planned for, and what the clocks of its zone make of it. */
export const Schedule = z.object({ ...ZonedTime.shape, adjusted: Adjusted });
export type Schedule = z.infer<typeof Schedule>;

/** Where a post comes from that was made by a recurrence. */
const RecurrenceOrigin = z.object({
  recurrenceId: idOf('recur'),
  edited: z.boolean().meta({ description: 'It was changed by itself: changes of the recurrence leave it alone.' }),
});

/** What will keep a planned post from going out on one of its connections, as things are now. */
export const PostWarning = z.object({
  code: z
    .enum([
      'token_expires',
      'needs_reconnect',
      'scope_missing',
      'disabled',
      'connection_removed',
      'quota_used_up',
      'option_missing',
    ])
    .meta({
      description:
        '`option_missing`: the platform wants something of `overrides` said for each post. `quota_used_up`: by then as many posts are out as the platform takes of an account in a window of time. `token_expires`: our access ends before the post goes out. `needs_reconnect`: it is lost already. `scope_missing`: the user has not granted all of it. `disabled`: the connection is switched off. `connection_removed`: it is gone.',
    }),
  message: z.string().meta({ example: 'Our access to @ada is lost.' }),
  connectionId: idOf('conn'),
  action: z.enum(['reconnect', 'enable', 'edit', 'reschedule']).meta({
    description:
      'What helps: to `reconnect` the account, to `enable` the connection, to `edit` the targets of the post, to choose another time (`reschedule`).',
  }),
});
export type PostWarning = z.infer<typeof PostWarning>;

export const Post = z
  .object({
    id: idOf('post'),
    text: z.string(),
    media: z.array(Media),
    overrides: PlatformOverrides,
    thread: z.array(z.object({ text: z.string(), media: z.array(Media) })),
    firstComment: z.string().nullable(),
    state: PostState,
    publishAt: UtcInstant.nullable().meta({ description: 'Of targets with times of their own, the earliest.' }),
    schedule: Schedule.nullable().meta({ description: 'null where `publishAt` was not given as a local time.' }),
    recurrence: RecurrenceOrigin.nullable(),
    targets: z.array(PostTarget),
    warnings: z
      .array(PostWarning)
      .optional()
      .meta({ description: 'Of targets that wait for their time. Absent in lists.', example: [] }),
    authorId: idOf('user'),
    createdAt: UtcInstant,
    updatedAt: UtcInstant,
  })
  .meta({
    example: {
      id: 'post_01jdxb8ncye2ha5vvbz9fnzbzt',
      text: 'Good news, everyone!',
      media: [{ url: 'https://cdn.example.com/news.jpg', type: 'image/jpeg', altText: 'Ada at her desk' }],
      overrides: {},
      thread: [],
      firstComment: null,
      state: 'scheduled',
      publishAt: '2030-01-31T08:30:00.000Z',
      schedule: { localTime: '2030-01-31T09:30', timeZone: 'Europe/Berlin', adjusted: null },
      recurrence: null,
      targets: [{ connectionId: 'conn_01jdxb8ncye2ha5vvbz9fnzbzt', platform: 'mastodon', state: 'scheduled' }],
      warnings: [],
      authorId: 'user_01jdxb8ncye2ha5vvbz9fnzbzt',
      createdAt: '2030-01-30T16:05:12.345Z',
      updatedAt: '2030-01-30T16:05:12.345Z',
    },
  });
export type Post = z.infer<typeof Post>;

/** More targets than any team uses at once, few enough for one DynamoDB transaction. */
const maxTargets = 25;
export const PostText = z.string().trim().min(1).max(5_000).meta({ example: 'Good news, everyone!' });
export const ConnectionIds = z
  .array(idOf('conn'))
  .max(maxTargets)
  .refine((ids) => new Set(ids).size === ids.length, 'must not repeat a connection');

/** As many as the platform that takes most. */
const maxMedia = 35;
const PostMedia = z.array(Media).max(maxMedia);

/** What follows a post in its thread, a reply to the part before it. */
export const ThreadPart = z.strictObject({ text: PostText, media: PostMedia.default([]) });
export type ThreadPart = z.infer<typeof ThreadPart>;

/** As many as any platform takes in one go. */
const Thread = z.array(ThreadPart).max(24).meta({
  description:
    'What follows the post, each part a reply of the account to the one before; where all targets have threads (`limits.followUps` of the platform).',
});
const FirstComment = PostText.meta({
  description: 'What the account says below the post as soon as it is out: the last reply of a thread, or a comment.',
});

/** When to publish: an instant, or what a clock in some zone shows then. */
export const PublishTime = z.union([Instant, ZonedTime]);
export type PublishTime = z.infer<typeof PublishTime>;

export const NewPost = z.strictObject({
  text: PostText,
  media: PostMedia.default([]).meta({ description: 'Pictures and videos, in the order in which they are shown.' }),
  overrides: PlatformOverrides.default({}).meta({ description: 'What is to be otherwise on single platforms.' }),
  thread: Thread.default([]),
  firstComment: FirstComment.nullable().default(null),
  connectionIds: ConnectionIds,
  publishAt: PublishTime.optional().meta({ description: 'When to publish; without it the post is a draft.' }),
});
export type NewPost = z.infer<typeof NewPost>;

export const PostPatch = z.strictObject({
  text: PostText.optional(),
  media: PostMedia.optional(),
  overrides: PlatformOverrides.optional().meta({ description: 'In place of all that there were.' }),
  thread: Thread.optional(),
  firstComment: FirstComment.nullable().optional(),
  connectionIds: ConnectionIds.optional(),
  publishAt: PublishTime.nullable().optional().meta({ description: 'null makes the post a draft again.' }),
});
export type PostPatch = z.infer<typeof PostPatch>;

/** How a post gets its time. */
export const PostPlan = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('at'), publishAt: PublishTime }),
  z.strictObject({ mode: z.literal('next_slot') }),
  z.strictObject({ mode: z.literal('now') }),
]);
export type PostPlan = z.infer<typeof PostPlan>;

export const postFaults = faults({
  'post.not_found': {
    kind: 'missing',
    title: 'The team has no such post.',
    remedy: 'Use an id from `GET /v1/posts`.',
  },
  'post.in_past': {
    kind: 'invalid',
    title: 'The time to publish is in the past.',
    remedy: 'Choose a later time, or leave it out and publish now with `POST /v1/posts/{postId}/publish`.',
  },
  'post.no_targets': {
    kind: 'invalid',
    title: 'A post cannot be scheduled without a connection to publish to.',
    remedy: 'Give at least one id in `connectionIds`.',
  },
  'post.no_free_slot': {
    kind: 'conflict',
    title: 'A connection has no free slot within a year.',
    remedy: 'Give it more slots with `PUT /v1/connections/{connectionId}/slots`, or choose a time.',
  },
  'post.slot_taken': {
    kind: 'conflict',
    title: 'Other posts were faster to take the next slots.',
    remedy: 'Try again.',
  },
  'post.text_too_long': {
    kind: 'invalid',
    title: 'The text is too long for one of the targets.',
    remedy: 'Shorten the text, or leave out the targets named in `errors`.',
  },
  'post.media_refused': {
    kind: 'invalid',
    title: 'One of the targets does not take the pictures or videos of the post, or needs some.',
    remedy: 'Change `media`, or leave out the targets named in `errors`; `GET /v1/platforms` lists what each takes.',
  },
  'post.too_large': {
    kind: 'invalid',
    title: 'The texts and files of the post and its thread are too much for one post.',
    remedy: 'Shorten texts and alternative texts, or make two posts of it: 100 kB in all.',
  },
  'post.thread_refused': {
    kind: 'invalid',
    title: 'One of the targets has no threads, or no comments, or does not take what is to follow the post.',
    remedy:
      'Change `thread` or `firstComment`, or leave out the targets named in `errors`; `GET /v1/platforms` lists what each takes.',
  },
  'post.locked': {
    kind: 'conflict',
    title: 'The post is about to go out or on its way and can no longer be changed.',
    remedy: 'Wait for the outcome.',
  },
  'post.final': {
    kind: 'conflict',
    title: 'The post was published, or may have been, at least in part, and is final.',
    remedy: 'Publish again as a new post.',
  },
});

/** How the content of a post may be refused. */
const contentFaults = ['post.text_too_long', 'post.media_refused', 'post.thread_refused', 'post.too_large'] as const;
/** What it takes to give a post another content or time. */
const replanning = [
  'table:get',
  'table:getMany',
  'table:query',
  'table:query:gsi3',
  'table:put',
  'table:delete',
  'queue:publish',
] as const;

const PostPath = z.object({ postId: idOf('post') });

export const postsContract = /* @__PURE__ */ endpoints(
  { domain: 'posts', faults: () => ({ ...postFaults, ...connectionFaults }) },
  () => ({
    createPost: {
      route: 'POST /posts',
      summary: 'Store a draft, or a scheduled post when `publishAt` is given',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      role: 'editor',
      body: NewPost,
      reply: { status: 201, body: Post },
      faults: ['connection.not_found', 'post.in_past', 'post.no_targets', ...contentFaults],
      needs: ['table:getMany', 'table:put', 'table:query:gsi3', 'queue:publish'],
    },
    listPosts: {
      route: 'GET /posts',
      summary: 'Posts of the team, newest first',
      auth: 'team',
      scope: 'posts:read',
      query: PageQuery.extend({ state: PostState.optional() }),
      reply: { status: 200, body: pageOf(Post) },
      faults: [],
      needs: ['table:query', 'table:query:gsi2', 'cursor'],
    },
    getPost: {
      route: 'GET /posts/{postId}',
      summary: 'One post with the state of each target',
      auth: 'team',
      scope: 'posts:read',
      versioned: true,
      path: PostPath,
      reply: { status: 200, body: Post },
      faults: ['post.not_found'],
      needs: ['table:get', 'table:getMany', 'table:query', 'table:query:gsi3'],
    },
    updatePost: {
      route: 'PATCH /posts/{postId}',
      summary: 'Edit, reschedule or unschedule a post that is not yet due',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      role: 'editor',
      path: PostPath,
      body: PostPatch,
      reply: { status: 200, body: Post },
      faults: [
        'post.not_found',
        'post.locked',
        'post.final',
        'connection.not_found',
        'post.in_past',
        'post.no_targets',
        ...contentFaults,
      ],
      needs: replanning,
    },
    schedulePost: {
      route: 'POST /posts/{postId}/schedule',
      summary: 'Plan a post that is not yet due: at a time, in the next free slot, or now',
      description:
        'With `next_slot` each target gets the next free slot of its own connection, so their times may differ. A slot is given back when the post is planned otherwise or deleted.',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      audit: 'post.scheduled',
      role: 'editor',
      path: PostPath,
      body: PostPlan,
      reply: { status: 200, body: Post },
      faults: [
        'post.not_found',
        'post.locked',
        'post.final',
        'connection.not_found',
        'post.in_past',
        'post.no_targets',
        'post.no_free_slot',
        'post.slot_taken',
        ...contentFaults,
      ],
      needs: replanning,
    },
    deletePost: {
      route: 'DELETE /posts/{postId}',
      summary: 'Cancel and delete a post that is not yet due',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      audit: 'post.deleted',
      role: 'editor',
      path: PostPath,
      reply: { status: 204 },
      faults: ['post.not_found', 'post.locked', 'post.final'],
      needs: ['table:get', 'table:query', 'table:delete'],
    },
    publishPost: {
      route: 'POST /posts/{postId}/publish',
      summary: 'Publish a draft or scheduled post now',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      audit: 'post.published',
      role: 'editor',
      path: PostPath,
      reply: { status: 202, body: Post },
      faults: [
        'post.not_found',
        'post.locked',
        'post.final',
        'connection.not_found',
        'post.no_targets',
        ...contentFaults,
      ],
      needs: replanning,
    },
  }),
);

export const postsTimers = /* @__PURE__ */ timers('posts', {
  recheckLocalTimes: {
    summary: 'Moves posts that were planned by a local time whose zone has other rules by now',
    every: 'hour',
    needs: ['table:get', 'table:getMany', 'table:query', 'table:query:gsi1', 'table:put', 'table:delete'],
    timeoutSeconds: 300,
  },
  forecastDay: {
    summary: 'Tells teams what will keep posts of the next day from going out',
    every: 'day',
    needs: ['table:getMany', 'table:query:gsi1', 'table:query:gsi3', 'table:put'],
    timeoutSeconds: 300,
  },
});

export const postsEvents = /* @__PURE__ */ events({
  /** Posts of the next day on one connection, and what will keep them from going out; told once a day. */
  'posts.at_risk': z.object({
    connectionId: idOf('conn'),
    count: z.number().int().positive(),
    firstAt: UtcInstant,
    problems: z.array(PostWarning.omit({ connectionId: true })).min(1),
  }),
});

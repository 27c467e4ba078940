import * as z from 'zod';
import { PlatformId, PlatformProblem } from '../platforms/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { Adjusted, Instant, UtcInstant, ZonedTime } from '../runtime/shapes.ts';
import { ConnectionIds, ContentPatch, NewContent, PostContent } from './content-schemas.ts';

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
    ...PostContent.shape,
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

/** When to publish: an instant, or what a clock in some zone shows then. */
export const PublishTime = z.union([Instant, ZonedTime]);
export type PublishTime = z.infer<typeof PublishTime>;

export const NewPost = z.strictObject({
  ...NewContent.shape,
  connectionIds: ConnectionIds,
  publishAt: PublishTime.optional().meta({ description: 'When to publish; without it the post is a draft.' }),
});
export type NewPost = z.infer<typeof NewPost>;

export const PostPatch = z.strictObject({
  ...ContentPatch.shape,
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

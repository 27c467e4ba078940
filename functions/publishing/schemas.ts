import * as z from 'zod';
import { PlatformId, RetryClass } from '../platforms/contract.ts';
import { LatenessPolicy, PostTarget, PublicationId, PublicationState } from '../posts/contract.ts';
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
  part: z.number().int().nonnegative().optional().meta({
    description:
      'What it was to bring out, by its place in `parts`: 0 is the post itself, the only one where nothing follows it. Absent for attempts of the time before this was kept.',
    example: 0,
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
export const Confirmation = z.union([
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

/** What a crisis stop is of. */
export const Stop = z.strictObject({
  connectionId: idOf('conn').optional().meta({ description: 'Without it, the whole team.' }),
});

const Count = z.number().int().nonnegative();
const isComplete = z
  .boolean()
  .meta({ description: 'false: there is more than is counted at once, so figures are "at least".' });

/** What is held after a stop, and what it came too late for. */
export const PauseOutcome = Pauses.extend({ inFlight: Count, isComplete });

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

/** A publication that comes into one of these states is an event (publication-event.ts). */
export const toldStates = ['published', 'failed', 'unconfirmed', 'missed'] as const satisfies PublicationState[];

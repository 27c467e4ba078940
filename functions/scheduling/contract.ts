import * as z from 'zod';
import { connectionFaults } from '../connections/contract.ts';
import { ConnectionIds, ContentPatch, contentFaults, NewContent, PostContent, postFaults } from '../posts/contract.ts';
import { endpoints, timers } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { Adjusted, LocalTime, PageQuery, pageOf, TimeZone, UtcInstant } from '../runtime/shapes.ts';

const Slot = z.strictObject({
  day: z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as `09:30`')
    .meta({ example: '09:30' }),
});

/** More than anyone posts in a week on one account. */
const maxSlots = 100;

/** The times of a week at which a connection publishes, in its own zone. */
export const WeeklySlots = z.strictObject({
  timeZone: TimeZone,
  slots: z
    .array(Slot)
    .max(maxSlots)
    .refine((slots) => new Set(slots.map(({ day, time }) => `${day} ${time}`)).size === slots.length, {
      message: 'must not repeat a slot',
    }),
});
export type WeeklySlots = z.infer<typeof WeeklySlots>;

export const ConnectionSlots = z.object({
  connectionId: idOf('conn'),
  ...WeeklySlots.shape,
  updatedAt: UtcInstant.nullable().meta({ description: 'null: never set.' }),
});
export type ConnectionSlots = z.infer<typeof ConnectionSlots>;

/** A local time and when it is. */
export const SlotTime = z.object({ publishAt: UtcInstant, localTime: LocalTime, adjusted: Adjusted });
export type SlotTime = z.infer<typeof SlotTime>;

/** When something recurs: from a local time on, by a rule, but not at some of the times that it gives. */
export const RecurrenceRule = z.strictObject({
  rrule: z.string().min(1).max(500).meta({
    example: 'FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10',
    description: 'RFC 5545, with UNTIL or COUNT. What it leaves open, such as the time of day, comes from `start`.',
  }),
  start: LocalTime,
  timeZone: TimeZone,
  except: z.array(LocalTime).max(100).default([]).meta({ description: 'Occurrences that are left out.' }),
});
export type RecurrenceRule = z.infer<typeof RecurrenceRule>;

const TargetIds = ConnectionIds.min(1);

export const NewRecurrence = z.strictObject({ ...NewContent.shape, connectionIds: TargetIds, rule: RecurrenceRule });
export type NewRecurrence = z.infer<typeof NewRecurrence>;

export const RecurrencePatch = z.strictObject({
  from: LocalTime.optional().meta({
    description:
      'The first local time that is changed, in the zone of the recurrence; all that are to come without it.',
  }),
  ...ContentPatch.shape,
  connectionIds: TargetIds.optional(),
  rule: RecurrenceRule.optional().meta({ description: 'Takes the place of the rule from then on.' }),
});
export type RecurrencePatch = z.infer<typeof RecurrencePatch>;

export const Recurrence = z.object({
  id: idOf('recur'),
  ...PostContent.shape,
  connectionIds: z.array(idOf('conn')),
  rule: RecurrenceRule,
  from: UtcInstant.nullable().meta({
    description: 'Since when content, connections and rule are these, or will be; null: from the beginning.',
  }),
  state: z.enum(['active', 'ended']),
  authorId: idOf('user'),
  createdAt: UtcInstant,
  updatedAt: UtcInstant,
});
export type Recurrence = z.infer<typeof Recurrence>;

/** `made`: there is a post. `missed`: nothing could make it in time. `skipped`: see `reason`. */
export const Occurrence = z.object({
  localTime: LocalTime,
  timeZone: TimeZone,
  publishAt: UtcInstant,
  adjusted: Adjusted,
  state: z.enum(['planned', 'made', 'missed', 'skipped']),
  postId: idOf('post').nullable(),
  reason: z
    .enum(['hour_is_full', 'connections_removed', 'text_too_long', 'media_refused', 'thread_refused'])
    .nullable(),
});
export type Occurrence = z.infer<typeof Occurrence>;

const RecurrenceWithNext = Recurrence.extend({
  occurrences: z.array(Occurrence).meta({ description: 'The next ten.' }),
  lapsed: z
    .array(Occurrence)
    .meta({ description: 'Of the last seven days, those of which no post came: missed or skipped, the latest ten.' }),
});

const Preview = z.object({
  items: z.array(SlotTime),
  total: z.number().int().meta({ description: 'Of all occurrences, past ones included.', example: 10 }),
});

export const recurrenceFaults = faults({
  'recurrence.not_found': {
    kind: 'missing',
    title: 'The team has no such recurrence.',
    remedy: 'Use an id from `GET /v1/recurrences`.',
  },
  'recurrence.rule_wrong': {
    kind: 'invalid',
    title: 'The rule is not one that posts can recur by.',
    remedy: 'Mend what `detail` names; `POST /v1/recurrences/preview` tries rules out.',
  },
  'recurrence.endless': {
    kind: 'invalid',
    title: 'The rule has no end.',
    remedy: 'Add UNTIL or COUNT.',
  },
  'recurrence.too_long': {
    kind: 'invalid',
    title: 'The rule gives more than 1,000 occurrences, or ends more than 10 years after its start.',
    remedy: 'Let it end sooner, and begin another one then.',
  },
  'recurrence.no_occurrences': {
    kind: 'invalid',
    title: 'The rule gives nothing that is still to come.',
    remedy: 'Look at the start, the end and the exceptions.',
  },
  'recurrence.ended': {
    kind: 'conflict',
    title: 'The recurrence has ended, or has by that time.',
    remedy: 'Begin a new one.',
  },
  'recurrence.too_many_changes': {
    kind: 'conflict',
    title: 'The recurrence has ten changes that are still to come, or more than 100 kB of content in all.',
    remedy: 'Change it from an earlier time on, which replaces those after it, or shorten what it says.',
  },
});

const RecurrencePath = z.object({ recurrenceId: idOf('recur') });
const ruleFaults = [
  'recurrence.rule_wrong',
  'recurrence.endless',
  'recurrence.too_long',
  'recurrence.no_occurrences',
] as const;

const ConnectionPath = z.object({ connectionId: idOf('conn') });

/** Marked as pure, so that bundles of posts, which take slots, leave it out. */
export const schedulingContract = /* @__PURE__ */ endpoints(
  { domain: 'scheduling', faults: () => ({ ...recurrenceFaults, ...connectionFaults, ...postFaults }) },
  () => ({
    getConnectionSlots: {
      route: 'GET /connections/{connectionId}/slots',
      summary: 'The weekly times at which a connection publishes what is queued',
      auth: 'team',
      scope: 'connections:read',
      versioned: true,
      path: ConnectionPath,
      reply: { status: 200, body: ConnectionSlots },
      faults: ['connection.not_found'],
      needs: ['table:get', 'table:getMany'],
    },
    setConnectionSlots: {
      route: 'PUT /connections/{connectionId}/slots',
      summary: 'Set the weekly times at which a connection publishes what is queued, in its own zone',
      description: 'Posts that have a slot already keep their time.',
      auth: 'team',
      scope: 'connections:write',
      versioned: true,
      role: 'editor',
      path: ConnectionPath,
      body: WeeklySlots,
      reply: { status: 200, body: ConnectionSlots },
      faults: ['connection.not_found'],
      needs: ['table:get', 'table:getMany', 'table:put'],
    },
    listFreeSlots: {
      route: 'GET /connections/{connectionId}/slots/free',
      summary: 'The next slots of a connection that no post has, within a year',
      auth: 'team',
      scope: 'connections:read',
      path: ConnectionPath,
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(50).default(10).meta({ description: 'How many, 1 to 50.' }),
      }),
      reply: { status: 200, body: z.object({ items: z.array(SlotTime) }) },
      faults: ['connection.not_found'],
      needs: ['table:get', 'table:getMany', 'table:query'],
    },
    createRecurrence: {
      route: 'POST /recurrences',
      summary: 'Publish something again and again, by a rule with an end',
      description:
        'Each occurrence is a post of its own, made two weeks ahead. A connection gets at most four of them an hour; what could not be made in time is not made up.',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      role: 'editor',
      body: NewRecurrence,
      reply: { status: 201, body: Recurrence },
      faults: [...ruleFaults, 'connection.not_found', ...contentFaults],
      needs: ['table:getMany', 'table:query', 'table:put', 'table:update', 'table:check', 'queue:publish'],
      timeoutSeconds: 25,
    },
    previewRecurrence: {
      route: 'POST /recurrences/preview',
      summary: 'The next occurrences of a rule, without making any',
      auth: 'team',
      scope: 'posts:read',
      role: 'editor',
      body: z.strictObject({
        rule: RecurrenceRule,
        limit: z.number().int().min(1).max(100).default(10).meta({ description: 'How many, 1 to 100.' }),
      }),
      reply: { status: 200, body: Preview },
      faults: ruleFaults,
      needs: [],
    },
    listRecurrences: {
      route: 'GET /recurrences',
      summary: 'The recurrences of the team, newest first; ended ones for 90 days',
      auth: 'team',
      scope: 'posts:read',
      query: PageQuery,
      reply: { status: 200, body: pageOf(Recurrence) },
      faults: [],
      needs: ['table:query', 'cursor'],
    },
    getRecurrence: {
      route: 'GET /recurrences/{recurrenceId}',
      summary: 'One recurrence with its next occurrences',
      auth: 'team',
      scope: 'posts:read',
      versioned: true,
      path: RecurrencePath,
      reply: { status: 200, body: RecurrenceWithNext },
      faults: ['recurrence.not_found'],
      needs: ['table:get', 'table:query'],
    },
    updateRecurrence: {
      route: 'PATCH /recurrences/{recurrenceId}',
      summary: 'Change content, connections or rule of all occurrences from a local time on',
      description:
        'Posts that were made already follow within a minute, those due within five minutes at once. A post that was edited by itself is left alone.',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      role: 'editor',
      path: RecurrencePath,
      body: RecurrencePatch,
      reply: { status: 200, body: Recurrence },
      faults: [
        'recurrence.not_found',
        'recurrence.ended',
        'recurrence.too_many_changes',
        ...ruleFaults,
        'connection.not_found',
        ...contentFaults,
      ],
      needs: [
        'table:get',
        'table:getMany',
        'table:query',
        'table:put',
        'table:update',
        'table:delete',
        'table:check',
        'queue:publish',
      ],
      timeoutSeconds: 25,
    },
    deleteRecurrence: {
      route: 'DELETE /recurrences/{recurrenceId}',
      summary: 'End a recurrence, with or without the posts that are scheduled already',
      description:
        'Scheduled posts go within a minute, those due within five minutes at once. A post that was edited by itself is left alone.',
      auth: 'team',
      scope: 'posts:write',
      versioned: true,
      audit: 'recurrence.ended',
      role: 'editor',
      path: RecurrencePath,
      query: z.strictObject({
        scheduled: z
          .enum(['cancel', 'keep'])
          .default('cancel')
          .meta({ description: 'What becomes of scheduled posts.' }),
      }),
      reply: { status: 204 },
      faults: ['recurrence.not_found'],
      needs: ['table:get', 'table:query', 'table:update', 'table:delete', 'table:check'],
      timeoutSeconds: 25,
    },
  }),
);

export const schedulingTimers = /* @__PURE__ */ timers('scheduling', {
  makeOccurrences: {
    summary: 'Makes the posts of recurrences two weeks ahead, and lets those made follow changes',
    every: 'minute',
    needs: [
      'table:get',
      'table:getMany',
      'table:query',
      'table:query:gsi1',
      'table:put',
      'table:update',
      'table:delete',
      'table:check',
    ],
    timeoutSeconds: 55,
  },
});

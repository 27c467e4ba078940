import * as z from 'zod';
import { connectionFaults } from '../connections/contract.ts';
import { endpoints } from '../runtime/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { Adjusted, LocalTime, TimeZone, UtcInstant } from '../runtime/shapes.ts';

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

const ConnectionPath = z.object({ connectionId: idOf('conn') });

/** Marked as pure, so that bundles of posts, which take slots, leave it out. */
export const schedulingContract = /* @__PURE__ */ endpoints(
  { domain: 'scheduling', faults: connectionFaults },
  {
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
  },
);

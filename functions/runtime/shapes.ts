import * as z from 'zod';
import { idOf } from './ids.ts';

/** Shapes that contracts of several domains share; zod only, like the contracts. */

/** At the ends of the calendar an offset can lead out of the years 0 to 9999, into another form that sorts wrongly. */
const hasPlainYear = (at: Date) => /^\d{4}-/.test(at.toISOString());

/** Looks like a time, but the calendar or the clock has none like it: `2030-02-30T10:00`. */
function isImpossible(text: string): boolean {
  const [wall] = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.exec(text) ?? [];
  if (wall === undefined) return false;
  const at = new Date(`${wall}:00.000Z`);
  return Number.isNaN(at.getTime()) || !at.toISOString().startsWith(wall);
}
const impossible = {
  code: 'custom',
  params: { code: 'input.impossible_time' },
  message: 'is a day or a time of day that does not exist',
} as const;

/** An instant: ISO 8601 with `Z` or an offset. A naive time is refused, since nobody can tell when it is. */
export const Instant = z
  .string()
  .superRefine((text, context) => {
    if (z.iso.datetime({ offset: true }).safeParse(text).success && hasPlainYear(new Date(text))) return;
    if (isImpossible(text)) context.addIssue(impossible);
    else if (z.iso.datetime({ local: true }).safeParse(text).success)
      context.addIssue({
        code: 'custom',
        params: { code: 'input.naive_time' },
        message: 'needs `Z` or an offset such as `+02:00`',
      });
    else context.addIssue({ code: 'custom', message: 'must be an ISO 8601 time such as `2030-01-31T09:30:00Z`' });
  })
  .transform((text) => new Date(text).toISOString())
  .meta({
    format: 'date-time',
    example: '2030-01-31T09:30:00Z',
    description: 'An instant, ISO 8601 with `Z` or an offset.',
  });

/** An instant as this API answers it: always UTC, with milliseconds. */
export const UtcInstant = z.iso.datetime().meta({ example: '2030-01-31T09:30:00.000Z' });

const isTimeZone = (name: string) => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined && !/^[+-]/.test(name);
  } catch {
    return false; // Intl has no other way to ask
  }
};

/** An e-mail address; written in any case, kept in lower case. The user pool takes sign-in names of 128 signs at most. */
export const Email = z.email().max(128).toLowerCase().meta({ example: 'ada@example.com' });

/** An IANA time zone name. */
export const TimeZone = z
  .string()
  .superRefine((name, context) => {
    if (isTimeZone(name)) return;
    context.addIssue({
      code: 'custom',
      params: { code: 'input.unknown_time_zone' },
      message: 'must be an IANA zone such as `Europe/Berlin`',
    });
  })
  .meta({ format: 'iana-time-zone', example: 'Europe/Berlin', description: 'IANA time zone name.' });

/** Outside of these an instant might not have a plain year, or the zones no rules that are known. */
const hasKnownRules = (localTime: string) => localTime >= '1970-01-02' && localTime < '9998';

/** A time as a clock on the wall shows it, to the minute. Only with a zone it says when. */
export const LocalTime = z
  .string()
  .superRefine((text, context) => {
    if (isImpossible(text)) context.addIssue(impossible);
    else if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text))
      context.addIssue({ code: 'custom', message: 'must be a local time such as `2030-01-31T09:30`, without offset' });
    else if (!hasKnownRules(text)) context.addIssue({ code: 'custom', message: 'must lie in the years 1970 to 9997' });
  })
  .meta({
    format: 'local-date-time',
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$',
    example: '2030-01-31T09:30',
    description: 'A local time, `YYYY-MM-DDThh:mm`, without offset.',
  });

/** A local time with the zone that says when it is. */
export const ZonedTime = z.strictObject({ localTime: LocalTime, timeZone: TimeZone });
export type ZonedTime = z.infer<typeof ZonedTime>;

/** What the zone's clocks made of a local time. */
export const Adjusted = z.enum(['gap', 'overlap']).nullable().meta({
  description:
    '`gap`: clocks go forward over this time, so it is later by as much. `overlap`: clocks go back and show it twice, the first counts. null: nothing of that.',
  example: null,
});

/** C0, but for tabs and line breaks, and DEL. */
const controls = /(?![\t\n\r\u0080-\u009f])\p{Cc}/gu;

/** Nobody sees control characters, platforms stumble over them, and JSON writes one in six characters. */
export const withoutControls = (text: string) => text.replace(controls, '');

/** What people write, without control characters. Of a text of nothing else one stays: it may be in a row, which must be read. */
export const Written = z
  .string()
  .overwrite((text) => withoutControls(text).trim() || text.trim().slice(0, 1))
  .min(1);

/** A web address in what people write. */
export const WebAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .overwrite(withoutControls);

/** Query of every list: how many, and where to go on. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(25).meta({ description: 'Items a page, 1 to 100.' }),
  cursor: z.string().max(1024).optional().meta({ description: '`next` of the page before.' }),
});

/** Reply of every list. `next` is the cursor of the following page, null on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .meta({ description: 'null on the last page.', example: 'kX3pZQ9vUE9TVCMwMWpkeGI4bmN5' }),
  });

/** Who did what in a team, when, from where, and what came of it. */
export const AuditRecord = z.object({
  id: idOf('audit'),
  teamId: idOf('team'),
  action: z.string().meta({ example: 'member.removed' }),
  target: z
    .string()
    .nullable()
    .meta({ description: 'Id of what it was done to.', example: 'user_01jdxb8ncye2ha5vvbz9fnzbzt' }),
  userId: idOf('user'),
  via: z.string().meta({ description: '`session`, or the id of the API key.', example: 'session' }),
  address: z.string().meta({ example: '203.0.113.7' }),
  requestId: z.string().meta({ example: 'VJ0pPiV2oAMEJVQ=' }),
  outcome: z.string().meta({ description: '`done`, or the code of the refusal.', example: 'done' }),
  at: z.iso.datetime(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** The entity whose inserted rows the chain is made of. */
export const auditIntakeEntity = 'auditRecord';

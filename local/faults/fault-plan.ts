import * as z from 'zod';

/** How often a fault happens: by chance at every pass, or for certain at the n-th; and how many times in a row. */
const odds = {
  chance: z.number().min(0).max(1).default(0),
  nth: z.int().min(1).optional(),
  times: z.int().min(1).default(1),
};
/** Part of a name; without it, every function or queue. */
const part = z.string().default('');
/** `dynamodb:TransactWriteItems`, `sqs:*`, `http:POST /api/v1/statuses`; a star stands for anything. */
const call = z.string();

/** The thread of a function ends, and everything under way in it. */
const Kill = z.discriminatedUnion('at', [
  z.strictObject({ ...odds, in: part, at: z.literal('random'), withinMs: z.int().default(200) }),
  z.strictObject({ ...odds, in: part, at: z.enum(['before', 'after']), call }),
]);

/**
 * An outgoing call of a function does not do what it should; `done_but_failed` was done and says it was not. A call to a
 * platform fails by its connection: before it was sent, or when the answer comes.
 */
const CallFault = z.strictObject({
  ...odds,
  in: part,
  call,
  how: z.enum(['throttled', 'failed', 'done_but_failed']),
});

/** A message on its way from a queue to its function. `swapped` comes after the next one, or alone after `ms`. */
const MessageFault = z.strictObject({
  ...odds,
  in: part,
  how: z.enum(['lost', 'doubled', 'delayed', 'swapped']),
  ms: z.int().min(0).default(1_000),
});

const Clock = z.strictObject({
  /** How long a minute of the schedules lasts. */
  minuteMs: z.int().min(10).default(60_000),
  /** At a tick, all schedules may stop for a while. */
  freeze: z.strictObject({ ...odds, ms: z.int() }).optional(),
});

/** What goes wrong in a local run. The same seed makes the same things go wrong, see `fates`. */
export const FaultPlan = z.strictObject({
  seed: z.int(),
  /** A function that dies takes along what runs in the same thread. */
  threadsPerFunction: z.int().min(1).default(1),
  kills: z.array(Kill).default([]),
  calls: z.array(CallFault).default([]),
  messages: z.array(MessageFault).default([]),
  clock: Clock.default({ minuteMs: 60_000 }),
});
export type FaultPlan = z.input<typeof FaultPlan>;

type Rules = z.output<typeof FaultPlan>;
export type Kill = Rules['kills'][number];
export type CallFault = Rules['calls'][number];
export type MessageFault = Rules['messages'][number];
export type Clock = Rules['clock'];

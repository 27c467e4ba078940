import * as z from 'zod';
import type { Now } from '../runtime/clock.ts';
import { HostRefused } from '../runtime/hosts.ts';
import { type HttpAnswer, type HttpCall, NoAnswer, type Outgoing } from '../runtime/http.ts';
import { PlatformRefused, type PublishOutcome, type Refusal } from './adapter.ts';
import type { MediaReader } from './media-reader.ts';
import type { PlatformApps } from './platform-apps.ts';

/** What every adapter stands on: calls to the outside, and the clock that back-offs are told by. */
export type AdapterTools = { http: Outgoing; now: Now };

/** What adapters need that bring files to their platforms themselves. */
export type MediaTools = { media: MediaReader };

/** What adapters need besides where we are one app for all users. */
export type AppTools = AdapterTools & { apps: PlatformApps };

export const isSuccess = ({ status }: HttpAnswer) => status >= 200 && status < 300;

/** The answer as the schema has it; undefined when it is no JSON or another shape. Unknown fields are ignored. */
export function read<Schema extends z.ZodType>(schema: Schema, { body }: HttpAnswer): z.output<Schema> | undefined {
  const parsed = schema.safeParse(json(body));
  return parsed.success ? parsed.data : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema of an answer takes undefined
  }
}

/** A web address that a platform tells us and that users will click; never another scheme. */
export const WebUrl = z.url({ protocol: /^https?$/ });

export const malformed = (host: string): Refusal => ({
  kind: 'retry_later',
  platformCode: null,
  message: `${host} gave an answer that makes no sense.`,
});

/**
 * A call that changes nothing that matters if it is made again: whatever keeps it from a usable answer is a
 * `PlatformRefused`.
 */
export async function ask<Call = HttpCall>(send: (call: Call) => Promise<HttpAnswer>, call: Call): Promise<HttpAnswer> {
  try {
    return await send(call);
  } catch (cause) {
    const refusal = unreachable(cause);
    if (!refusal) throw cause;
    throw new PlatformRefused(refusal, cause);
  }
}

/** A step before the irreversible call: what the platform refuses is its outcome. */
export async function refusing<Outcome>(
  step: () => Promise<Outcome>,
): Promise<Outcome | { kind: 'refused'; refusal: Refusal }> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'refused', refusal: error.refusal };
  }
}

/** The one irreversible call: tells apart a sure no from an outcome that nobody knows. */
export async function outcomeOf(publish: () => Promise<PublishOutcome>): Promise<PublishOutcome> {
  try {
    return await publish();
  } catch (error) {
    if (error instanceof NoAnswer && error.sent) return { kind: 'unknown', message: error.message };
    const refusal = error instanceof PlatformRefused ? error.refusal : unreachable(error);
    if (!refusal) throw error;
    return { kind: 'refused', refusal };
  }
}

function unreachable(error: unknown): Refusal | undefined {
  if (error instanceof NoAnswer) return { kind: 'retry_later', platformCode: null, message: error.message };
  if (error instanceof HostRefused)
    return { kind: 'target_gone', platformCode: null, message: `The server cannot be called: ${error.message}.` };
  return undefined;
}

/**
 * What a refusal comes to. One that would end a post must be readable: what was cut off on its way, or comes from
 * something in between, proves nothing.
 */
export const provedKind = (kind: Refusal['kind'], { body }: HttpAnswer): Refusal['kind'] =>
  (kind === 'content_rejected' || kind === 'account_restricted') && json(body) === undefined ? 'retry_later' : kind;

const resetHeaders = ['x-ratelimit-reset', 'x-rate-limit-reset', 'ratelimit-reset'];

/**
 * When the platform says to come back: `Retry-After`, or the reset time of its rate limit. That one comes with every
 * answer, so it counts only where the limit is what refused.
 */
export function retryAt({ status, headers }: HttpAnswer, now: Date): Date | undefined {
  const reset = resetHeaders.map((name) => headers[name]).find((value) => status === 429 && value !== undefined);
  const after = headers['retry-after'] ?? reset;
  if (after === undefined) return undefined;
  const at = /^\d+(\.\d+)?$/.test(after) ? instantOf(Number(after), now) : new Date(after);
  return at.getTime() > now.getTime() ? at : undefined; // false for what is no date, too
}

/** Numbers are seconds from now, or Unix seconds when they are far too many for that. */
const instantOf = (seconds: number, now: Date) =>
  new Date(seconds > 1_000_000_000 ? seconds * 1000 : now.getTime() + seconds * 1000);

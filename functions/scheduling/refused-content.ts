import { postFaults } from '../posts/contract.ts';
import { Fault } from '../runtime/fault.ts';
import type { Occurrence } from './contract.ts';

const reasons = [
  ['post.text_too_long', 'text_too_long'],
  ['post.media_refused', 'media_refused'],
  ['post.thread_refused', 'thread_refused'],
] as const satisfies [keyof typeof postFaults, Occurrence['reason']][];
export type ContentRefusal = (typeof reasons)[number][1];

/** Why no post can be made of a content that one of the targets does not take; undefined where that is not what went wrong. */
export const contentRefusal = (error: unknown): ContentRefusal | undefined =>
  reasons.find(([code]) => error instanceof Fault && error.entry === postFaults[code])?.[1];

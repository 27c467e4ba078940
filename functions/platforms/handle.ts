import { createHash } from 'node:crypto';

/** A handle for platforms that take any text as one, and for those that know none: then it names the publication to us. */
export const textHandle = (dueAt: Date, seed: string) =>
  createHash('sha256').update(`${dueAt.toISOString()} ${seed}`).digest('base64url');

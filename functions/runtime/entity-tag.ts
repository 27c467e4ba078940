import { createHash } from 'node:crypto';
import { commonFaults, Fault } from './fault.ts';

/**
 * The tag of a representation: the revision of the thing, where it has one, and a digest of the body. The digest tells
 * whether a copy is still current; the revision alone decides whether a change may go on, since what others see of a thing
 * (a figure, a name taken from elsewhere) may move without its row.
 */
export function entityTag(body: string, revision: unknown): string {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 16);
  return typeof revision === 'number' ? `"${revision}.${digest}"` : `W/"${digest}"`;
}

/** Whether `If-None-Match` names this tag: the caller has the current copy. */
export const matches = (ifNoneMatch: string | undefined, tag: string) =>
  (ifNoneMatch?.split(',') ?? []).some((one) => weak(one) === weak(tag) || one.trim() === '*');

/** The revision that `If-Match` asks for; undefined when any will do. A tag that is none of ours fits nothing. */
export function expectedRevision(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const revision = /^"(\d+)\.[\w-]+"$/.exec(ifMatch.trim())?.[1];
  if (revision === undefined) throw new Fault(commonFaults['version.changed']);
  return Number(revision);
}

const weak = (tag: string) => tag.trim().replace(/^W\//, '');

import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Media, PlatformOverrides, RetryClass } from '../platforms/contract.ts';
import type { ReplyTo } from '../platforms/public.ts';
import { newId } from '../runtime/ids.ts';
import { dynamoTable, type Table } from '../runtime/table.ts';
import { PublicationRef, PublishAttempt } from './schemas.ts';

/** One try to publish, written before the irreversible call and completed after it: what we know if we die between. */
export const Attempt = PublicationRef.extend({
  ...PublishAttempt.shape,
  /** What the platform calls that which was prepared, such as a container. */
  prepared: z.string().optional(),
});
export type Attempt = z.infer<typeof Attempt>;

// One attempt   pk TEAM#<team>#POST#<post>  sk ATTEMPT#<connection>#<attempt>   attempt ids are time-ordered
const attemptKey = ({
  teamId,
  postId,
  connectionId,
  id,
}: Pick<Attempt, 'teamId' | 'postId' | 'connectionId' | 'id'>) => ({
  pk: `TEAM#${teamId}#POST#${postId}`,
  sk: `ATTEMPT#${connectionId}#${id}`,
});

type Beginning = PublicationRef & {
  part: number;
  handle: string;
  text: string;
  media?: readonly Media[] | undefined;
  overrides?: PlatformOverrides | undefined;
  replyTo?: ReplyTo | undefined;
  retryClass: RetryClass;
  prepared?: string | undefined;
  at: Date;
};
type Ending = { state: 'accepted' | 'refused' | 'unknown'; answer: string; url?: string; prepared?: string; at: Date };

/** More than are made in six hours of trying. */
const latest = 50;

export function attemptTable(table: Table = dynamoTable()) {
  async function write(
    { text, media, overrides, replyTo: _replyTo, at: _at, ...rest }: Beginning,
    state: Pick<Attempt, 'state' | 'preparedAt' | 'sendingAt'>,
  ) {
    const fingerprint = fingerprintOf({ text, media, overrides });
    const attempt: Attempt = { ...rest, ...state, id: newId('attempt'), fingerprint };
    // Not an insert: sent again by the SDK after a lost answer, that would refuse its own row.
    await table.put({ ...attemptKey(attempt), entity: 'attempt', v: 1, ...attempt });
    return attempt;
  }

  return {
    /** Keeps what was prepared, so that another delivery goes on with it. */
    prepare: (beginning: Beginning): Promise<Attempt> =>
      write(beginning, { state: 'prepared', preparedAt: beginning.at.toISOString() }),
    /** Keeps how far an upload came. */
    async keep(attempt: Attempt, prepared: string): Promise<Attempt> {
      await table.update(attemptKey(attempt), { set: { prepared } });
      return { ...attempt, prepared };
    },
    /** Must be awaited before the irreversible call. */
    begin: (beginning: Beginning): Promise<Attempt> =>
      write(beginning, { state: 'sending', sendingAt: beginning.at.toISOString() }),
    /** The same for an attempt that was prepared. */
    async send(attempt: Attempt, at: Date): Promise<Attempt> {
      const set = { state: 'sending', sendingAt: at.toISOString() } as const;
      await table.update(attemptKey(attempt), { set });
      return { ...attempt, ...set };
    },
    async end(attempt: Attempt, { state, answer, url, prepared, at }: Ending): Promise<void> {
      const known = prepared !== undefined && { prepared };
      const set = { state, answer: answer.slice(0, 500), url, ...known, endedAt: at.toISOString() };
      await table.update(attemptKey(attempt), { set });
    },
    /** The attempts of one publication, the oldest first. */
    list: (ref: PublicationRef): Promise<Attempt[]> => query(ref, { limit: 1000 }),
    /** The last of them, the oldest first. */
    listLatest: async (ref: PublicationRef): Promise<Attempt[]> =>
      (await query(ref, { limit: latest, reverse: true })).toReversed(),
  };

  async function query(
    { teamId, postId, connectionId }: PublicationRef,
    range: { limit: number; reverse?: boolean },
  ): Promise<Attempt[]> {
    const { pk } = attemptKey({ teamId, postId, connectionId, id: '' });
    const rows = await table.query({ pk, begins: `ATTEMPT#${connectionId}#`, ...range });
    return rows.map((row) => Attempt.parse(row));
  }
}
/** Attempts with the same one sent the same text, files and wishes. */
const fingerprintOf = ({ text, media = [], overrides = {} }: Pick<Beginning, 'text' | 'media' | 'overrides'>) =>
  createHash('sha256')
    .update(JSON.stringify([text, media, overrides]))
    .digest('hex');

export type AttemptTable = ReturnType<typeof attemptTable>;

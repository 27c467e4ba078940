import { createHash } from 'node:crypto';
import * as z from 'zod';
import { RetryClass } from '../platforms/contract.ts';
import { idOf, newId } from '../runtime/ids.ts';
import { dynamoTable, type Table } from '../runtime/table.ts';
import { PublicationRef } from './contract.ts';

/** One try to publish, written before the irreversible call and completed after it: what we know if we die between. */
export const Attempt = PublicationRef.extend({
  id: idOf('attempt'),
  /** `prepared`: uploads and containers are there, nothing is published yet. */
  state: z.enum(['prepared', 'sending', 'accepted', 'refused', 'unknown']),
  handle: z.string(),
  retryClass: RetryClass,
  fingerprint: z.string().meta({ description: 'SHA-256 of the text as sent.' }),
  /** What the platform calls that which was prepared, such as a container. */
  prepared: z.string().optional(),
  preparedAt: z.iso.datetime().optional(),
  sendingAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  /** The platform's id, its refusal code, or why the outcome is unknown; never a token or a body. */
  answer: z.string().optional(),
  /** Where the post is, once it was accepted. */
  url: z.string().optional(),
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
  handle: string;
  text: string;
  retryClass: RetryClass;
  prepared?: string | undefined;
  at: Date;
};
type Ending = { state: 'accepted' | 'refused' | 'unknown'; answer: string; url?: string; at: Date };

export function attemptTable(table: Table = dynamoTable()) {
  async function insert(
    { text, at: _, ...rest }: Beginning,
    state: Pick<Attempt, 'state' | 'preparedAt' | 'sendingAt'>,
  ) {
    const fingerprint = createHash('sha256').update(text).digest('hex');
    const attempt: Attempt = { ...rest, ...state, id: newId('attempt'), fingerprint };
    await table.insert({ ...attemptKey(attempt), entity: 'attempt', v: 1, ...attempt });
    return attempt;
  }

  return {
    /** Keeps what was prepared, so that another delivery goes on with it. */
    prepare: (beginning: Beginning): Promise<Attempt> =>
      insert(beginning, { state: 'prepared', preparedAt: beginning.at.toISOString() }),
    /** Must be awaited before the irreversible call. */
    begin: (beginning: Beginning): Promise<Attempt> =>
      insert(beginning, { state: 'sending', sendingAt: beginning.at.toISOString() }),
    /** The same for an attempt that was prepared. */
    async send(attempt: Attempt, at: Date): Promise<Attempt> {
      const set = { state: 'sending', sendingAt: at.toISOString() } as const;
      await table.update(attemptKey(attempt), { set });
      return { ...attempt, ...set };
    },
    async end(attempt: Attempt, { state, answer, url, at }: Ending): Promise<void> {
      const set = { state, answer: answer.slice(0, 500), url, endedAt: at.toISOString() };
      await table.update(attemptKey(attempt), { set });
    },
    /** The attempts of one publication, the oldest first. */
    async list({ teamId, postId, connectionId }: PublicationRef): Promise<Attempt[]> {
      const { pk } = attemptKey({ teamId, postId, connectionId, id: '' });
      const rows = await table.query({ pk, begins: `ATTEMPT#${connectionId}#`, limit: 1000 });
      return rows.map((row) => Attempt.parse(row));
    },
  };
}
export type AttemptTable = ReturnType<typeof attemptTable>;

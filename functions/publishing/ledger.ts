import type { StoredPublication } from '../posts/public.ts';
import type { Attempt, AttemptTable } from './attempt-table.ts';

/** What the ledger says of a publication that was claimed before. */
export type Earlier = {
  /** Accepted by the platform, but its publication was not settled. */
  accepted?: Attempt & { answer: string; url: string; sendingAt: string };
  /** Sent, the outcome unknown: the first of them, and when the last was sent. */
  open?: Attempt & { sendingAt: string; lastSentAt: string };
  /** Prepared on the platform and not refused since. */
  prepared?: Attempt & { prepared: string };
};

/** Attempts with another handle belong to an earlier planning; those before `clearedAt` are known to have come to nothing. */
export async function readLedger(
  claimed: StoredPublication,
  handle: string,
  attempts: Pick<AttemptTable, 'list'>,
): Promise<Earlier> {
  if (claimed.attempts <= 1) return {};
  const { clearedAt = '' } = claimed;
  const all = (await attempts.list(claimed)).filter((attempt) => attempt.handle === handle);
  const counted = all.filter(({ sendingAt }) => sendingAt === undefined || sendingAt > clearedAt);
  const accepted = counted.find(isAccepted);
  const [open, ...later] = counted.filter(isOpen);
  const last = counted.findLast(({ prepared }) => prepared !== undefined);
  const prepared = last && last.state !== 'refused' && hasPrepared(last) ? last : undefined;
  return {
    ...(accepted && { accepted }),
    ...(open && { open: { ...open, lastSentAt: (later.at(-1) ?? open).sendingAt } }),
    ...(prepared && { prepared }),
  };
}

const isAccepted = (attempt: Attempt): attempt is NonNullable<Earlier['accepted']> =>
  attempt.state === 'accepted' && attempt.answer !== undefined && attempt.url !== undefined && isSent(attempt);
const isOpen = (attempt: Attempt): attempt is Attempt & { sendingAt: string } =>
  (attempt.state === 'sending' || attempt.state === 'unknown') && isSent(attempt);
/** Sent since somebody last looked, and what came of it is not known. */
export const isOpenSince = (attempt: Attempt, clearedAt = ''): boolean =>
  isOpen(attempt) && attempt.sendingAt > clearedAt;
const isSent = ({ sendingAt }: Attempt) => sendingAt !== undefined;
const hasPrepared = (attempt: Attempt): attempt is NonNullable<Earlier['prepared']> => attempt.prepared !== undefined;

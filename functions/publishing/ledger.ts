import type { StoredPublication } from '../posts/public.ts';
import type { Attempt, AttemptTable } from './attempt-table.ts';

/** What the ledger says of a publication that was claimed before. */
export type Earlier = {
  /** Accepted by the platform, but its publication was not settled. */
  accepted?: Attempt & { answer: string; url: string; sendingAt: string };
  /** Sent, the outcome unknown. */
  open?: Open;
  /** Prepared on the platform and not refused since. */
  prepared?: Attempt & { prepared: string };
};

/** When the first and the last were sent; of those with the same that was prepared, the first. */
export type Open = {
  sendingAt: string;
  lastSentAt: string;
  attempts: readonly (Attempt & { sendingAt: string })[];
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
  const open = openOf(counted.filter(isOpen));
  const last = counted.findLast(({ prepared }) => prepared !== undefined);
  const prepared = last && last.state !== 'refused' && hasPrepared(last) ? last : undefined;
  return {
    ...(accepted && { accepted }),
    ...(open && { open }),
    ...(prepared && { prepared }),
  };
}

function openOf(all: Open['attempts']): Open | undefined {
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return undefined;
  const attempts = all.filter(({ prepared }, place) => all.findIndex((other) => other.prepared === prepared) === place);
  return { sendingAt: first.sendingAt, lastSentAt: last.sendingAt, attempts };
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

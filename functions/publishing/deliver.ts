import type { Account, Adapter, Publication, PublishOutcome } from '../platforms/public.ts';
import type { StoredPublication } from '../posts/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import { log } from '../runtime/log.ts';
import type { AttemptTable } from './attempt-table.ts';

type Tools = { attempts: Pick<AttemptTable, 'begin' | 'end' | 'list'>; now: Now };
type Delivery = { claimed: StoredPublication; text: string; account: Account; adapter: Adapter };

/** An outcome and when the platform was called for it. */
export type Delivered = { outcome: PublishOutcome; calledAt: Date };

/**
 * Makes the platform call, or finds out that an earlier one got through. An attempt whose outcome is unknown is repeated
 * only while the platform knows its handle; after that the account is looked at first.
 */
export async function deliver(delivery: Delivery, tools: Tools): Promise<Delivered> {
  const { claimed, text, account, adapter } = delivery;
  const seed = `${claimed.postId}:${claimed.connectionId}:${claimed.plan}`;
  const publication = { text, handle: adapter.handleFor(new Date(claimed.publishAt), seed) };
  const known = await earlierOutcome(delivery, publication, tools);
  if (known) return known;
  const calledAt = tools.now();
  const attempt = await tools.attempts.begin({ ...refOf(claimed), ...publication, at: calledAt });
  const outcome = await adapter.publish(account, publication).catch(unexpected);
  await tools.attempts.end(attempt, { ...endOf(outcome), at: tools.now() });
  return { outcome, calledAt };
}

/** What the account shows of an earlier attempt that may have got through; undefined when calling (again) is safe. */
async function earlierOutcome(
  { claimed, account, adapter }: Delivery,
  publication: Publication,
  { attempts, now }: Tools,
): Promise<Delivered | undefined> {
  const mayBeOut = claimed.attempts - 1 > claimed.refusals;
  if (!mayBeOut) return undefined;
  const [first] = (await attempts.list(claimed)).filter(({ handle }) => handle === publication.handle);
  if (!first) return undefined; // claimed and died before the call was even prepared
  const calledAt = new Date(first.sendingAt);
  if (now() < addSeconds(calledAt, adapter.handleValidSeconds)) return undefined;
  const found = await adapter.reconcile(account, { ...publication, attemptedAt: calledAt }).catch(unexpected);
  if (found.kind === 'absent') return undefined;
  return { calledAt, outcome: found.kind === 'published' ? { ...found, kind: 'accepted' } : found };
}

/** An adapter that throws has told nothing about what reached the platform. */
function unexpected(error: Error) {
  log.error('adapter.failed', { error });
  return { kind: 'unknown', message: 'the adapter failed' } as const;
}

function endOf(outcome: PublishOutcome) {
  if (outcome.kind === 'accepted') return { state: 'accepted', answer: outcome.platformPostId } as const;
  if (outcome.kind === 'unknown') return { state: 'unknown', answer: outcome.message } as const;
  const { kind, platformCode, message } = outcome.refusal;
  return { state: 'refused', answer: `${kind} ${platformCode ?? ''}: ${message}` } as const;
}

const refOf = ({ teamId, postId, connectionId }: StoredPublication) => ({ teamId, postId, connectionId });

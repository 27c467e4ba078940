import type { Account, Adapter, Publication, PublishOutcome, ReplyTo } from '../platforms/public.ts';
import type { PartContent, StoredPublication } from '../posts/public.ts';
import type { Lateness } from './schemas.ts';

/** What it takes to bring one part of a publication to its platform. */
export type Delivery = {
  claimed: StoredPublication;
  /** Of the part that is next. */
  content: PartContent;
  account: Account;
  /** Gives the account other tokens if these may end before the call does; throws `PlatformRefused`. */
  renewEnding: () => Promise<void>;
  adapter: Adapter;
  lateness: Lateness;
};

/** An outcome and when the platform was called for it. `inDoubt`: an earlier attempt may have got through all the same. */
export type Delivered = { outcome: PublishOutcome; calledAt: Date; inDoubt: boolean };

/** The part that is next, under its own handle and in answer to those that are out. */
export const partOf = ({
  claimed,
  content,
  adapter,
}: Pick<Delivery, 'claimed' | 'content' | 'adapter'>): Publication => ({
  ...content,
  replyTo: replyTo(claimed),
  handle: handleOf(claimed, adapter),
});

function replyTo({ parts = [] }: StoredPublication): ReplyTo | undefined {
  if (parts.length === 0) return undefined;
  const [rootId, platformPostId] = [parts[0]?.platformPostId, parts.at(-1)?.platformPostId];
  if (rootId === undefined || platformPostId === undefined) throw new Error('nothing can answer a part without an id');
  return { platformPostId, rootId };
}

export function handleOf(
  { postId, connectionId, plan, publishAt, parts = [] }: StoredPublication,
  adapter: Adapter,
): string {
  const seed = `${postId}:${connectionId}:${plan}`;
  const place = parts.length;
  // A millisecond each: where handles tell times, those of one thread are in order, and none like another.
  return adapter.handleFor(new Date(Date.parse(publishAt) + place), place > 0 ? `${seed}:${place}` : seed);
}

export const classOf = (adapter: Adapter, publication: Publication) =>
  adapter.retryClassOf?.(publication) ?? adapter.retryClass;

/** An outcome as the ledger keeps it. */
export function endOf(outcome: PublishOutcome) {
  if (outcome.kind === 'accepted')
    return { state: 'accepted', answer: outcome.platformPostId, url: outcome.url } as const;
  if (outcome.kind === 'unknown') return { state: 'unknown', answer: outcome.message } as const;
  const { kind, platformCode, message } = outcome.refusal;
  return { state: 'refused', answer: `${kind} ${platformCode ?? ''}: ${message}` } as const;
}

import type { Account, Adapter, Publication, PublishOutcome, ReplyTo } from '../platforms/public.ts';
import type { PartContent, StoredPublication } from '../posts/public.ts';
import type { Lateness } from './contract.ts';

/** What it takes to bring one part of a publication to its platform. */
export type Delivery = {
  claimed: StoredPublication;
  /** Of the part that is next. */
  content: PartContent;
  account: Account;
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
  const [root] = parts;
  const last = parts.at(-1);
  return root?.platformPostId !== undefined && last?.platformPostId !== undefined
    ? { platformPostId: last.platformPostId, rootId: root.platformPostId }
    : undefined;
}

export function handleOf(
  { postId, connectionId, plan, publishAt, parts = [] }: StoredPublication,
  adapter: Adapter,
): string {
  const seed = `${postId}:${connectionId}:${plan}`;
  return adapter.handleFor(new Date(publishAt), parts.length > 0 ? `${seed}:${parts.length}` : seed);
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

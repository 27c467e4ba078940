import type { Adapter, Publication, PublishOutcome, Reconciled } from '../../functions/platforms/public.ts';
import { catalogue } from '../../functions/platforms/public.ts';

type Script = Partial<Pick<Adapter, 'retryClass' | 'retryClassOf' | 'prepare' | 'upload' | 'checkReady'>> & {
  /** What the platform answers to each call of `publish`, in order; the last answer repeats. */
  outcomes?: (PublishOutcome | Error)[];
  reconciled?: Reconciled;
  handleValidSeconds?: number;
  unknownPauseSeconds?: number;
};

export const acceptedOutcome = {
  kind: 'accepted',
  platformPostId: '42',
  url: 'https://social.example/@ada/42',
} as const;

/** An adapter that follows a script and remembers what it was asked to publish. */
export function scriptedAdapter({ outcomes = [acceptedOutcome], reconciled, ...script }: Script = {}) {
  let found = reconciled;
  const published: Publication[] = [];
  const reconciliations: Publication[] = [];
  const adapter: Adapter = {
    platform: catalogue.mastodon,
    handleFor: (dueAt, seed) => `${dueAt.toISOString()} ${seed}`,
    retryClass: 'idempotent',
    handleValidSeconds: 3000,
    unknownPauseSeconds: 5,
    ...script,
    publish: async (_account, publication) => {
      published.push(publication);
      const outcome = outcomes[Math.min(published.length, outcomes.length) - 1];
      if (outcome === undefined || outcome instanceof Error) throw outcome;
      return outcome;
    },
    reconcile: async (_account, attempt) => {
      reconciliations.push(attempt);
      return found ?? { kind: 'unknown', message: 'nobody knows' };
    },
    readMetrics: async () => new Map(),
  };
  /** From now on, the platform shows this of earlier attempts. */
  const reconcileBy = (shown: Reconciled | undefined) => {
    found = shown;
  };
  return { adapter, published, reconciliations, reconcileBy };
}

import type { SocialMediaPlatform, TextLimits } from './contract.ts';

/**
 * An account as its adapter needs it. `secret` holds its tokens in the adapter's own form and appears in no log, reply
 * or error; `saveSecret` keeps a rotated one, and must be awaited before the new tokens are used.
 */
export type Account = {
  server: string;
  accountId: string;
  accountName: string;
  secret: string;
  saveSecret: (secret: string) => Promise<void>;
};

/** What is to appear on the platform. `handle` is chosen before the first attempt and never changes after. */
export type Publication = { text: string; handle: string };

/** A publication whose outcome is in doubt; `attemptedAt` is when the first attempt with its handle began. */
export type Attempted = Publication & { attemptedAt: Date };

/** How a refused call is to be understood; the same words for all platforms (platform codes are kept beside). */
export type RefusalKind =
  | 'retry_later'
  | 'rate_limited'
  | 'reconnect'
  | 'content_rejected'
  | 'account_restricted'
  | 'target_gone';

export type Refusal = {
  kind: RefusalKind;
  /** When the platform says to come back. */
  retryAt?: Date;
  platformCode: string | null;
  message: string;
};

export type Published = { platformPostId: string; url: string };

/** `unknown`: the platform may have taken the post; only `reconcile` or the same handle again may follow. */
export type PublishOutcome =
  | ({ kind: 'accepted' } & Published)
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'unknown'; message: string };

/** What the platform shows of an attempt whose outcome is unknown. */
export type Reconciled =
  | ({ kind: 'published' } & Published)
  | { kind: 'absent' }
  | { kind: 'unknown'; message: string };

/** Figures of one post; null is "not available", which is not 0. */
export type Figures = { likes: number | null; reposts: number | null; replies: number | null };

/** A publication may take a platform longer than a question; giving up early makes its outcome unknown. */
export const publishTimeoutMs = 15_000;

/** One social platform behind the interface that everything else stands on. */
export type Adapter = {
  platform: SocialMediaPlatform;
  /**
   * The handle by which the platform, or we, can tell one publication from all others. The same time and seed give the
   * same handle, so that it needs no storing and a second attempt can't choose another.
   */
  handleFor: (dueAt: Date, seed: string) => string;
  /** How long after `publish` the same handle still makes a second call harmless. */
  handleValidSeconds: number;
  /** The platform gives the same token whenever an account agrees to our app again, whichever team asks. */
  sharesTokens: boolean;
  /** After an unknown outcome, how long the first call may still be at work on the platform: only then may a second follow. */
  unknownPauseSeconds: number;
  /** The one irreversible call. */
  publish: (account: Account, publication: Publication) => Promise<PublishOutcome>;
  /** Read only: did an attempt with this handle, first sent at `attemptedAt`, get through? */
  reconcile: (account: Account, attempt: Attempted) => Promise<Reconciled>;
  /**
   * Figures by platform post id; a post that the platform no longer has is missing from the answer. Throws
   * `PlatformRefused` when the platform does not answer for all of them.
   */
  readMetrics: (account: Account, platformPostIds: readonly string[]) => Promise<ReadonlyMap<string, Figures>>;
  /** Ends the access at the platform, as far as it can. Throws `PlatformRefused`. */
  revoke: (account: Account) => Promise<void>;
};

/** The platform refused a call that is not a publication, or gave no usable answer to it. */
export class PlatformRefused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, cause?: unknown) {
    super(refusal.message, { cause });
    this.refusal = refusal;
  }
}

/** What an adapter learns when an account is connected. */
export type ConnectedAccount = {
  /** Names the account among all of its platform, on whatever server: the same account always gives the same key. */
  accountKey: string;
  accountId: string;
  accountName: string;
  accountUrl: string;
  server: string;
  scopes: string[];
  textLimits: TextLimits;
  secret: string;
};

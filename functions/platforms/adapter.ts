import type { Media, PlatformFacts, PlatformId, RetryClass, TextLimits } from './contract.ts';
import type { AccountOptions } from './option-schemas.ts';
import type { PlatformOverrides } from './overrides.ts';

/**
 * Renews an account's secret for one caller at a time: `renew` makes the next secret of the newest one, and what it made is
 * kept before anyone uses it. Who comes meanwhile, or with an older secret, gets the one that was made.
 */
export type RenewSecret = (renew: (secret: string) => Promise<string>) => Promise<string>;

/**
 * An account as its adapter needs it. `secret` holds its tokens in the adapter's own form, the newest that this run knows,
 * and appears in no log, reply or error.
 */
export type Account = {
  server: string;
  accountId: string;
  accountName: string;
  secret: string;
  renewSecret: RenewSecret;
};

/** What a part of a thread, or a first comment, answers: the part before it, and the post on which all hang. */
export type ReplyTo = { platformPostId: string; rootId: string };

/** What is to appear on the platform. `handle` is chosen before the first attempt and never changes after. */
export type Publication = {
  text: string;
  /** In the order in which they are shown. */
  media?: readonly Media[] | undefined;
  /** What the post wishes for single platforms; the text above is already the one for this platform. */
  overrides?: PlatformOverrides | undefined;
  /** Absent for the post itself. Platforms without threads make a comment of it. */
  replyTo?: ReplyTo | undefined;
  handle: string;
  /** What `prepare` made on the platform, such as the id of a container or an upload session; kept in the ledger between the steps. */
  prepared?: string | undefined;
  /** When an earlier attempt began whose outcome nobody knows. */
  attemptedAt?: Date | undefined;
};

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
  /** What was begun goes on at the platform, or with us: no failure, and `retryAt` is when to go on. */
  isWaiting?: true;
  platformCode: string | null;
  message: string;
  /** The user took the access back, as the platform says outright. */
  isRevoked?: true;
};

export type Published = { platformPostId: string; url: string };

/** What `prepare` made, under the name that the platform gave it; without a name there is nothing to keep. */
export type Prepared = { kind: 'ready'; handle?: string } | { kind: 'refused'; refusal: Refusal };

/**
 * Whether the platform is done with what was prepared, or when to ask again. `handle`: how far an upload came, which is kept
 * from now on in place of what was prepared. `expired`: it must be prepared anew. `goes_on`: it was but a part, and `prepare`
 * makes the next one of it (`publication.prepared`).
 */
export type Readiness =
  | { kind: 'ready'; handle?: string }
  | { kind: 'wait'; seconds: number; handle?: string }
  | { kind: 'expired' }
  | { kind: 'goes_on' }
  | { kind: 'refused'; refusal: Refusal };

/**
 * `unknown`: the platform may have taken the post, or is still at work on it; only `reconcile` or the same handle again may
 * follow. `handle`: what the platform calls it by now, kept in place of what was prepared.
 */
export type PublishOutcome =
  | ({ kind: 'accepted' } & Published)
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'unknown'; message: string; handle?: string };

/** What the platform shows of an attempt whose outcome is unknown. */
export type Reconciled =
  | ({ kind: 'published' } & Published)
  | { kind: 'absent' }
  /** The platform took it and gave it up after that. */
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'unknown'; message: string };

/** Figures of one post; null is "not available", which is not 0. */
export type Figures = { likes: number | null; reposts: number | null; replies: number | null };

/** A publication may take a platform longer than a question; giving up early makes its outcome unknown. */
export const publishTimeoutMs = 15_000;

/** How long one run may bring bytes to a platform; a function that publishes lives for a minute. */
export const uploadSeconds = 25;

/** What a platform does about the access to an account; apart from the adapter, for who only connects and disconnects. */
export type Access = {
  /** The platform gives the same token whenever an account agrees to our app again, whichever team asks. */
  sharesTokens: boolean;
  /** All accounts of one consent live on the same tokens, nothing else is in their secrets, and a refresh token may work once. */
  sharesGrantTokens?: boolean;
  /** Gives the account new tokens, which are saved before they are used. Throws `PlatformRefused`. */
  refresh?: (account: Account) => Promise<void>;
  /** Ends the access at the platform, as far as it can. Throws `PlatformRefused`. */
  revoke?: (account: Account) => Promise<void>;
  /** Reads from a secret, without a call, how long it lives; absent or undefined: its tokens have no end of their own. */
  tokenLife?: (secret: string) => TokenLife | undefined;
  /** Asks the platform with the account's tokens who it is: a live proof that the access works. Throws `PlatformRefused`. */
  identify?: (account: Account) => Promise<Identity>;
  /** What the platform itself says of how much may still be published. Throws `PlatformRefused`. */
  quota?: (account: Account) => Promise<Quota>;
  /**
   * What the account lets posts wish at this moment, where that is for the account to say. Throws `PlatformRefused`:
   * `rate_limited` where the account may not post for a while, `retry_later` where this may not be asked for a while.
   */
  publishOptions?: (account: Account) => Promise<AccountOptions>;
};

/** `isRenewable`: `refresh` can give it another life without the user. */
export type TokenLife = { expiresAt: Date; isRenewable: boolean };

/** An account as its platform shows it now. `scopes`: what is granted, where the platform tells. */
export type Identity = { accountName: string; accountUrl: string; avatarUrl?: string; scopes?: string[] };

/** How many posts an account may make in a window of time, and how many of them it has made. */
export type Quota = { limit: number; used: number; windowSeconds: number; resetsAt?: Date };

/** One social platform behind the interface that everything else stands on. What is optional, not every platform can do. */
export type Adapter = {
  platform: PlatformFacts;
  /** How a second post is kept off after an attempt whose outcome is unknown. */
  retryClass: RetryClass;
  /** The same of one publication, where the platform guards some of them less. */
  retryClassOf?: (publication: Publication) => RetryClass;
  /**
   * The handle by which the platform, or we, can tell one publication from all others. The same time and seed give the
   * same handle, so that it needs no storing and a second attempt can't choose another.
   */
  handleFor: (dueAt: Date, seed: string) => string;
  /** How long after `publish` the same handle still makes a second call harmless. */
  handleValidSeconds: number;
  /** After an unknown outcome, how long the first call may still be at work on the platform: only then may a second follow. */
  unknownPauseSeconds: number;
  /**
   * All that must be on the platform before the post can be made: uploads, containers. Nothing of it is visible to
   * anyone, so it may be done again; platforms that take everything in one call have no such step.
   */
  prepare?: (account: Account, publication: Publication) => Promise<Prepared>;
  /**
   * Brings bytes to what was prepared, for as long as one run may take (`uploadSeconds`): `wait` goes on from there in the
   * next one, by the `handle` that it gives where the platform does not tell how far it is. Nothing of it is visible to
   * anyone; a last piece that publishes by itself belongs to `publish`.
   */
  upload?: (account: Account, publication: Publication) => Promise<Readiness>;
  /** Read only: is what was prepared ready to be published? */
  checkReady?: (account: Account, publication: Publication) => Promise<Readiness>;
  /** The one irreversible call. */
  publish: (account: Account, publication: Publication) => Promise<PublishOutcome>;
  /** Read only: did an attempt with this handle, first sent at `attemptedAt`, get through? */
  reconcile: (account: Account, attempt: Attempted) => Promise<Reconciled>;
  /**
   * Figures by platform post id; a post that the platform no longer has is missing from the answer. Throws
   * `PlatformRefused` when the platform does not answer for all of them.
   */
  readMetrics?: (account: Account, platformPostIds: readonly string[]) => Promise<ReadonlyMap<string, Figures>>;
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
  /**
   * Names the consent that the account came with, where one consent opens several accounts and ending it ends all of
   * them; the same user's consent always has the same key.
   */
  grantKey?: string;
  /** Whose consent it is, where another platform's opens the accounts: it ends with the last account of both. */
  grantPlatform?: PlatformId;
  accountId: string;
  accountName: string;
  accountUrl: string;
  avatarUrl?: string;
  server: string;
  scopes: string[];
  textLimits: TextLimits;
  secret: string;
};

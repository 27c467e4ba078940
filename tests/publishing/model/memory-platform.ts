import type { RetryClass } from '../../../functions/platforms/contract.ts';
import {
  type Adapter,
  catalogue,
  type Publication,
  type PublishOutcome,
  type Reconciled,
} from '../../../functions/platforms/public.ts';
import { addSeconds } from '../../../functions/runtime/clock.ts';
import type { Actor } from './actor.ts';

/** `lost`: done, without an answer. `dropped`: never done. `late`: done only after the connection broke. */
export type Answer = 'accepted' | 'lost' | 'dropped' | 'late' | 'busy' | 'limited' | 'rejected';
type Shown = Publication & { lane: string; at: Date };
type Late = { post: Shown; landsAt: Date };

/** A call whose connection broke may be at work for this long. */
const pauseSeconds = 90;

/** How long the platform keeps the key of an idempotent call. */
const keptSeconds = 3600;

/** A platform that keeps what was published and answers as it is told; what it does about a second call is its retry class. */
export class MemoryPlatform {
  readonly shown: Shown[] = [];
  /** Irreversible calls that were begun, by their lanes. */
  readonly calls: string[] = [];
  answers: Answer[] = [];
  /** What the account's list shows is too short, or the platform does not answer when asked. */
  isBlind = false;
  private late: Late[] = [];
  private containers = 0;
  private readonly retryClass: RetryClass;
  private readonly now: () => Date;

  constructor(retryClass: RetryClass, now: () => Date) {
    this.retryClass = retryClass;
    this.now = now;
  }

  /** What was late arrives. */
  tick(): void {
    const due = this.late.filter(({ landsAt }) => landsAt <= this.now());
    this.late = this.late.filter(({ landsAt }) => landsAt > this.now());
    for (const { post } of due) this.take(post, 'late');
  }

  isAtWorkOn = (lane: string, postNumber: number) =>
    this.late.some(({ post }) => post.lane === lane && numberOf(post.text) === postNumber);
  of = (lane: string, postNumber: number) =>
    this.shown.filter((post) => post.lane === lane && numberOf(post.text) === postNumber);

  /**
   * What a call does that was, or may have been, made before. Keys of idempotent calls are kept once a post is made, and not for
   * ever: a call that is still at work knows of none that came after it.
   */
  private take(post: Shown, when: 'at once' | 'late' = 'at once'): Shown {
    const same = this.shown.find((one) => one.lane === post.lane && this.isSame(one, post, when));
    if (!same) this.shown.push(post);
    return same ?? post;
  }

  private isSame(one: Shown, other: Shown, when: 'at once' | 'late'): boolean {
    if (this.retryClass === 'provable') return one.prepared === other.prepared;
    if (this.retryClass === 'duplicate_refused') return one.text === other.text;
    if (this.retryClass === 'unprovable' || when === 'late') return false;
    return one.handle === other.handle && this.now() < addSeconds(one.at, keptSeconds);
  }

  private publish(post: Shown): PublishOutcome {
    this.calls.push(post.lane);
    if (post.replyTo && !this.shown.some((one) => published(one).platformPostId === post.replyTo?.platformPostId))
      throw new Error(`${post.text} answers ${post.replyTo.platformPostId}, which is not there`);
    const answer = this.answers.shift() ?? 'accepted';
    const at = this.now();
    if (answer === 'busy') return refused('retry_later');
    if (answer === 'limited') return { kind: 'refused', refusal: { ...limited, retryAt: addSeconds(at, 200) } };
    if (answer === 'rejected') return refused('content_rejected');
    if (answer === 'dropped') return unknown;
    if (answer === 'late' && !this.shown.some((one) => one.lane === post.lane && this.isSame(one, post, 'at once'))) {
      this.late.push({ post, landsAt: addSeconds(at, pauseSeconds - 1) });
    }
    if (answer === 'late') return unknown;
    const isSpent = this.retryClass === 'provable' && this.shown.some((one) => one.prepared === post.prepared);
    if (isSpent) return refused('content_rejected');
    const taken = this.take(post);
    return answer === 'lost' ? unknown : { kind: 'accepted', ...published(taken) };
  }

  private reconcile(post: Shown): Reconciled {
    if (this.isBlind) return unknown;
    const isOurs = (one: Shown) =>
      post.prepared === undefined ? one.text === post.text : one.prepared === post.prepared;
    const found = this.shown.find((one) => one.lane === post.lane && isOurs(one));
    return found ? { kind: 'published', ...published(found) } : { kind: 'absent' };
  }

  /** The platform as an actor reaches it, for one account. */
  adapter(actor: Actor): Adapter {
    const prepared = async () => ({ kind: 'ready', handle: `container-${++this.containers}` }) as const;
    return {
      platform: catalogue.mastodon,
      retryClass: this.retryClass,
      handleFor: (dueAt, seed) => `${dueAt.toISOString()} ${seed}`,
      handleValidSeconds: keptSeconds - 600,
      unknownPauseSeconds: pauseSeconds,
      ...(this.retryClass === 'provable' && { prepare: () => actor.gate('platform prepare', prepared) }),
      publish: ({ accountId: lane }, post) =>
        actor.gate('platform publish', async () => this.publish({ ...post, lane, at: this.now() })),
      reconcile: ({ accountId: lane }, post) =>
        actor.gate('platform reconcile', async () => this.reconcile({ ...post, lane, at: this.now() })),
    };
  }
}

/** Texts of the model begin with the number of their post. */
export const textOf = (postNumber: number, edition: number) => `${postNumber}.${edition}`;
export const numberOf = (text: string) => Number(text.split('.')[0]);

const unknown = { kind: 'unknown', message: 'the connection broke' } as const;
const limited = { kind: 'rate_limited', platformCode: '429', message: 'no' } as const;
const refused = (kind: 'retry_later' | 'content_rejected'): PublishOutcome => ({
  kind: 'refused',
  refusal: { kind, platformCode: '418', message: 'no' },
});
/** What follows a post in its thread counts as a post of this number. */
export const followUpOf = (postNumber: number) => postNumber + 100;

export const published = ({ handle, text }: Pick<Shown, 'handle' | 'text'>) => ({
  platformPostId: `${handle} ${text}`,
  url: 'https://social.example/@ada/42',
});

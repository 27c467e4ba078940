import type { PublicationState } from './schemas.ts';

type Transition = { from: readonly PublicationState[]; to: PublicationState };

const waiting = ['scheduled', 'queued'] as const;
/** Ended without a post on the platform, as far as anybody can tell for sure. */
const ended = ['failed', 'missed', 'cancelled'] as const;

/**
 * All that can happen to a publication, from which states, and the state it leads to. Nothing leads away from
 * `published`, and only a person's word or a look at the platform leads away from `unconfirmed`. What the team decides
 * waits for a publisher that is at work (publication-table.ts).
 */
export const transitions = {
  /** The team gives it a time. */
  schedule: { from: [...waiting, ...ended], to: 'scheduled' },
  /** The team wants it out now. */
  queue: { from: [...waiting, ...ended], to: 'queued' },
  /** A publisher takes it; from `publishing` when the one before let its lease run out. */
  claim: { from: [...waiting, 'publishing'], to: 'publishing' },
  /** The publisher gives it back, to be tried again later. */
  postpone: { from: ['publishing'], to: 'scheduled' },
  succeed: { from: ['publishing'], to: 'published' },
  /** It is sure that nothing was published, and trying again can't help. */
  refuse: { from: ['publishing'], to: 'failed' },
  /** It may have been published, and nothing could prove or disprove it. */
  doubt: { from: ['publishing'], to: 'unconfirmed' },
  /** Too late by the team's own rule, before anything was published. */
  miss: { from: ['publishing'], to: 'missed' },
  /** The team gives it up. */
  cancel: { from: [...waiting, 'missed'], to: 'cancelled' },
  /** The team gives up the rest of a thread that is out in part. */
  cutShort: { from: [...waiting, 'failed'], to: 'published' },
  /** Somebody found the part of a thread that was in doubt: what follows it goes out. */
  goOn: { from: ['unconfirmed'], to: 'queued' },
  /**
   * The team gives up one that may have got through already, or that a publisher died over: nothing is sent again, and
   * somebody must look.
   */
  abandon: { from: [...waiting, 'publishing'], to: 'unconfirmed' },
  /** The team wants another try; of an unconfirmed one, the platform is looked at before anything is sent. */
  retry: { from: [...ended, 'unconfirmed'], to: 'queued' },
  confirmPublished: { from: ['unconfirmed'], to: 'published' },
  confirmAbsent: { from: ['unconfirmed'], to: 'failed' },
} as const satisfies Record<string, Transition>;
export type TransitionName = keyof typeof transitions;

/** Whether it can happen to a publication in this state. */
export const allows = (name: TransitionName, state: PublicationState): boolean => fromStates(name).includes(state);

/** The states it can happen in, for conditions of writes. */
export const fromStates = (name: TransitionName): readonly PublicationState[] => transitions[name].from;

const settled: readonly string[] = [...ended, 'published', 'unconfirmed'] satisfies PublicationState[];

/** Nobody works on it, and nobody will unless the team says so. */
export const isSettled = (state: string): boolean => settled.includes(state);

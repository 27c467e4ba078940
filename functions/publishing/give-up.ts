import type { PublicationError } from '../posts/contract.ts';
import type { StoredPublication } from '../posts/public.ts';

/** What it is for somebody to give up a publication: nothing is sent any more; but what may be out already is not called cancelled. */
export const givenUp = ({ state, inDoubt }: StoredPublication) =>
  inDoubt || state === 'publishing'
    ? ({ name: 'abandon', set: { error: givenUpInDoubt, inDoubt: true } } as const)
    : ({ name: 'cancel', set: { error: undefined } } as const);

const givenUpInDoubt: PublicationError = {
  code: 'cancelled_in_doubt',
  message: 'It was given up after an attempt that may have got through: look at the account.',
  action: 'check',
  platformCode: null,
};

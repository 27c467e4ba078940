import type { PublicationError } from '../posts/contract.ts';
import type { Decision, StoredPublication } from '../posts/public.ts';

/**
 * What it is for somebody to give up a publication: nothing is sent any more; but what may be out already is not called
 * cancelled, and of a thread, what is out stays published.
 */
export function givenUp({ state, inDoubt, parts }: StoredPublication): Omit<Decision, 'at'> {
  if (inDoubt || state === 'publishing') return { name: 'abandon', set: { error: givenUpInDoubt, inDoubt: true } };
  const [post] = parts ?? [];
  return post
    ? { name: 'cutShort', set: { ...post, error: undefined } }
    : { name: 'cancel', set: { error: undefined } };
}

export const givenUpInDoubt: PublicationError = {
  code: 'cancelled_in_doubt',
  message: 'It was given up after an attempt that may have got through: look at the account.',
  action: 'check',
  platformCode: null,
};

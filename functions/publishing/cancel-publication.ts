import type { PublicationError } from '../posts/contract.ts';
import { partsOfPublicationId, publicationTable, type StoredPublication } from '../posts/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type AttemptTable, attemptTable } from './attempt-table.ts';
import { publishingContract } from './contract.ts';
import { type DecideTools, decide } from './decide.ts';
import { publicationView } from './publication-view.ts';

type Tools = DecideTools & { attempts: Pick<AttemptTable, 'listLatest'> };

export async function cancelPublication(
  { path, caller }: Call<typeof publishingContract.cancelPublication>,
  tools: Tools,
) {
  const ref = { teamId: caller.teamId, ...partsOfPublicationId(path.publicationId) };
  const [after, tried] = await Promise.all([decide(ref, theEnd, tools), tools.attempts.listLatest(ref)]);
  return publicationView(after, tried);
}

/** Nothing is sent any more; but what may be out already is not called cancelled. */
const theEnd = ({ state, inDoubt }: StoredPublication) =>
  inDoubt || state === 'publishing'
    ? ({ name: 'abandon', set: { error: givenUpInDoubt, inDoubt: true } } as const)
    : ({ name: 'cancel', set: { error: undefined } } as const);

const givenUpInDoubt: PublicationError = {
  code: 'cancelled_in_doubt',
  message: 'It was given up after an attempt that may have got through: look at the account.',
  action: 'check',
  platformCode: null,
};

export const handler = endpoint(publishingContract.cancelPublication, cancelPublication, () => ({
  publications: publicationTable(),
  attempts: attemptTable(),
  now,
}));

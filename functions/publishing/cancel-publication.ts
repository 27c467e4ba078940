import { partsOfPublicationId, publicationTable } from '../posts/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type AttemptTable, attemptTable } from './attempt-table.ts';
import { publishingContract } from './contract.ts';
import { type DecideTools, decide } from './decide.ts';
import { givenUp } from './give-up.ts';
import { publicationView } from './publication-view.ts';

type Tools = DecideTools & { attempts: Pick<AttemptTable, 'listLatest'> };

export async function cancelPublication(
  { path, caller }: Call<typeof publishingContract.cancelPublication>,
  tools: Tools,
) {
  const ref = { teamId: caller.teamId, ...partsOfPublicationId(path.publicationId) };
  const [after, tried] = await Promise.all([decide(ref, givenUp, tools), tools.attempts.listLatest(ref)]);
  return publicationView(after, tried);
}

export const handler = endpoint(publishingContract.cancelPublication, cancelPublication, () => ({
  publications: publicationTable(),
  attempts: attemptTable(),
  now,
}));

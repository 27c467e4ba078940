import { type PublicationTable, partsOfPublicationId, publicationTable } from '../posts/public.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { Fault } from '../runtime/fault.ts';
import { type AttemptTable, attemptTable } from './attempt-table.ts';
import { publishingContract } from './contract.ts';
import { publicationFaults } from './faults.ts';
import { publicationView } from './publication-view.ts';

type Tools = { publications: Pick<PublicationTable, 'find'>; attempts: Pick<AttemptTable, 'listLatest'> };

export async function getPublication(
  { path, caller }: Call<typeof publishingContract.getPublication>,
  { publications, attempts }: Tools,
) {
  const ref = { teamId: caller.teamId, ...partsOfPublicationId(path.publicationId) };
  const [publication, tried] = await Promise.all([publications.find(ref), attempts.listLatest(ref)]);
  if (!publication) throw new Fault(publicationFaults['publication.not_found']);
  return publicationView(publication, tried);
}

export const handler = endpoint(publishingContract.getPublication, getPublication, () => ({
  publications: publicationTable(),
  attempts: attemptTable(),
}));

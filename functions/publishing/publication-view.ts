import { isSettled, publicationIdOf, type StoredPublication } from '../posts/public.ts';
import type { Attempt } from './attempt-table.ts';
import type { Publication } from './schemas.ts';

/** What callers see of a publication and of what was tried. */
export const publicationView = (publication: StoredPublication, attempts: readonly Attempt[]): Publication => ({
  ...publication,
  id: publicationIdOf(publication),
  nextAttemptAt: isSettled(publication.state) ? undefined : publication.nextAttemptAt,
  attempts: [...attempts],
});

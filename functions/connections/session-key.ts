import type { StoredAuthorization } from './authorization-table.ts';

/** What the session key of a consent is sealed for. */
export const sessionKeyContext = ({ teamId, state }: Pick<StoredAuthorization, 'teamId' | 'state'>) => ({
  teamId,
  state,
});

import type { StoredAuthorization } from './authorization-table.ts';

/** What the code of a consent is sealed for. */
export const codeContext = ({ teamId, state }: Pick<StoredAuthorization, 'teamId' | 'state'>) => ({
  teamId,
  state,
  holds: 'code',
});

import { graphError } from '../graph-refusals.ts';

/** What is there no more, not yet, or was published before. */
export const mediaNotFound = (id: string) =>
  graphError({
    message: 'The requested resource does not exist',
    code: 24,
    subcode: 4279009,
    isTransient: false,
    user: { title: 'Media Not Found', message: `The media with id ${id} cannot be found.` },
  });

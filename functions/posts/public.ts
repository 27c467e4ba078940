/** What other domains may use of posts. */
export type { StoredPost } from './post.ts';
export { type PostTable, postTable } from './post-table.ts';
export type { StoredPublication } from './publication.ts';
export { type Outcome, type PublicationTable, publicationTable } from './publication-table.ts';

/** What other domains may use of posts. */
export { type PostTable, postTable } from './post-table.ts';
export type { StoredPublication } from './publication.ts';
export { type PublicationTable, publicationTable } from './publication-table.ts';

/** What other domains may use of publishing. */
export { publicationEvent } from './publication-event.ts';

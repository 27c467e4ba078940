/** What other domains may use of publishing. */

export { publicationEvent } from './publication-event.ts';
export { laneSwitch } from './publishing-settings-table.ts';

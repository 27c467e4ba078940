/** What other domains may use of publishing. */

export { cancelLane, listWaiting } from './cancel-lane.ts';
export type { DecideTools } from './decide.ts';
export { publicationEvent } from './publication-event.ts';
export { laneSwitch } from './publishing-settings-table.ts';

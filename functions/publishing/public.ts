/** What other domains may use of publishing. */

export { cancelLane } from './cancel-lane.ts';
export { laneSwitch } from './lane-switch-table.ts';
export { publicationEvent } from './publication-event.ts';

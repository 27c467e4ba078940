/** What other domains may use of posts. */

export { checkContent, checkSize, contentBytes } from './check-content.ts';
export { changedContent, contentOf, type PartContent, partsFor } from './content.ts';
export { hintDue, type PublishQueue } from './hint.ts';
export { type LaneTable, laneTable } from './lane-table.ts';
export { publicationOfKeys } from './post-rows.ts';
export { AlsoRefused, type PostTable, postTable } from './post-table.ts';
export { publicationOf, type StoredPublication } from './publication.ts';
export { partsOfPublicationId, publicationIdOf } from './publication-id.ts';
export {
  type ClaimResult,
  type Decision,
  type Outcome,
  type Postponed,
  type PublicationTable,
  publicationTable,
} from './publication-table.ts';
export { type RecurringPosts, recurringPosts } from './recurring-posts.ts';
export { findTargets } from './targets.ts';
export { allows, isSettled } from './transitions.ts';

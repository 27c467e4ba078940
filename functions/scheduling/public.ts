/** What other domains may use of scheduling. It reaches none of them: posts build on it. */
export { type FreeSlots, freeSlots } from './free-slots.ts';
export { giveBackSlot, takeSlot } from './taken-slot-table.ts';
export { zoneRules } from './zone-rules.ts';

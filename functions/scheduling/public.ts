/** What other domains may use of scheduling. It reaches none of them: posts build on it. */
export { type FreeSlots, freeSlots } from './free-slots.ts';
export { usualZone } from './slot-rows.ts';
export { type SlotZones, slotZones } from './slot-zones-table.ts';
export { giveBackSlot, takeSlot } from './taken-slot-table.ts';
export { zoneRules } from './zone-rules.ts';

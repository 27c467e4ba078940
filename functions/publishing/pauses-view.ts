import type { Pauses } from './publishing-settings-table.ts';

/** What callers see of the crisis stops of a team. */
export const pausesView = ({ team, connections }: Pauses) => ({
  team: team ?? null,
  connections: [...connections].map(([connectionId, pause]) => ({ connectionId, ...pause })),
});

import { catalogue, missingScopes } from '../platforms/public.ts';
import { type SlotZones, usualZone } from '../scheduling/public.ts';
import type { StoredConnection } from './connection-table.ts';
import type { Connection } from './schemas.ts';

/** A connection that is switched off is just that, however our access is; its health tells of that. */
export const stateOf = ({ state, isEnabled }: Pick<StoredConnection, 'state' | 'isEnabled'>): Connection['state'] =>
  isEnabled ? state : 'disabled';

/** What callers see of a connection. What it is made of holds its sealed tokens: the reply's schema drops them. */
const connectionView = (connection: StoredConnection, timeZone: string): Connection & { revision: number } => ({
  ...connection,
  state: stateOf(connection),
  missingScopes: missingScopes(connection),
  settings: { timeZone },
  limits: limitsOf(connection),
});

function limitsOf({ platform, textLimits, postLimit }: StoredConnection): Connection['limits'] {
  const { media, followUps, posts } = catalogue[platform].limits;
  const ofReplies = followUps?.kind === 'replies' && { text: textLimits };
  return {
    text: textLimits,
    media,
    followUps: followUps ? { ...followUps, ...ofReplies } : null,
    posts: postLimit ?? posts ?? null,
  };
}

export type ViewTools = { zones: SlotZones };

/** What callers see of at most 100 connections of a team. The zone of a connection is kept with its slots. */
export async function connectionViews(connections: readonly StoredConnection[], { zones }: ViewTools) {
  const [first] = connections;
  const ids = connections.map(({ id }) => id);
  const found = first ? await zones.find(first.teamId, ids) : new Map<string, string>();
  return connections.map((connection) => connectionView(connection, found.get(connection.id) ?? usualZone));
}

/** The same of one. */
export async function shown(connection: StoredConnection, { zones }: ViewTools) {
  const found = await zones.find(connection.teamId, [connection.id]);
  return connectionView(connection, found.get(connection.id) ?? usualZone);
}

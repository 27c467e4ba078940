import { type AccessFor, PlatformRefused } from '../platforms/public.ts';
import type { Now } from '../runtime/clock.ts';
import type { ConnectionTable, StoredConnection } from './connection-table.ts';

export type SharedTools = {
  connections: Pick<ConnectionTable, 'listOnGrant'>;
  accessFor: AccessFor;
  now: Now;
  wait: (ms: number) => Promise<void>;
};

type Refused = { secret: string; error: unknown; open: (other: StoredConnection) => Promise<string> };

const pauseMs = 250;
/** As many pauses as a renewal takes at most that another of them has just begun. */
const looks = 20;

/**
 * Where all accounts of one consent live on the same tokens, the first of them that renews uses up what the others have:
 * a refused renewal then means that the newer tokens are with another connection of the team. Undefined where they are not.
 */
export async function newerTokens(
  stored: StoredConnection,
  { secret, error, open }: Refused,
  tools: SharedTools,
): Promise<string | undefined> {
  const { sharesGrantTokens, tokenLife } = await tools.accessFor(stored.platform);
  if (!sharesGrantTokens || stored.grantKey === undefined) return undefined;
  if (!(error instanceof PlatformRefused) || error.refusal.kind !== 'reconnect') return undefined;
  const endsAt = tokenLife?.(secret)?.expiresAt.toISOString() ?? '';
  for (let looked = 0; looked < looks; looked++) {
    const others = (await tools.connections.listOnGrant(stored)).filter(({ id }) => id !== stored.id);
    const [newest] = others.toSorted((one, other) => endOf(other).localeCompare(endOf(one)));
    if (newest && endOf(newest) > endsAt) return open(newest);
    if (!others.some(({ renewingUntil }) => renewingUntil > tools.now().toISOString())) return undefined;
    await tools.wait(pauseMs);
  }
  return undefined;
}

const endOf = ({ tokenExpiresAt }: StoredConnection) => tokenExpiresAt ?? '';

import { type AccessFor, PlatformRefused } from '../platforms/public.ts';
import { addSeconds, type Now } from '../runtime/clock.ts';
import type { SecretBox } from '../runtime/secrets.ts';
import type { ConnectionTable, StoredConnection } from './connection-table.ts';
import { newerTokens } from './shared-tokens.ts';
import { tokenTimes } from './token-times.ts';

export type RenewalTools = {
  connections: Pick<ConnectionTable, 'beginRenewal' | 'endRenewal' | 'saveSecret' | 'listOnGrant'>;
  secrets: SecretBox;
  accessFor: AccessFor;
  now: Now;
  wait: (ms: number) => Promise<void>;
};

/** What a connection's secret is sealed for: a row that is copied to another place opens nothing. */
export const secretContext = ({ teamId, id }: Pick<StoredConnection, 'teamId' | 'id'>) => ({
  teamId,
  connectionId: id,
});

/** Longer than a renewal takes; what a run that died held on to is free after it. */
const leaseSeconds = 30;
const pauseMs = 250;
/** As many pauses as a renewal by another run takes at most. */
const tries = 60;

type Renew = (secret: string) => Promise<string>;

/**
 * Renews the tokens of one connection. A token that works once must be used once, however many runs need a new one: one of
 * them renews, all others wait and go on with what it got.
 */
export function secretRenewal(stored: StoredConnection, tools: RenewalTools) {
  const { connections, secrets, accessFor, now, wait } = tools;
  const { platform } = stored;
  let version = stored.secretVersion;

  const opened = (one: StoredConnection) => secrets.open(one.sealedSecret, secretContext(one));

  async function renewed(secret: string, renew: Renew): Promise<string> {
    const startedAt = now();
    await accessFor(platform); // not loaded only when the old tokens are used up
    const next = await renew(secret).catch(async (error: unknown) => {
      const shared = await newerTokens(stored, { secret, error, open: opened }, tools);
      if (shared !== undefined) return shared;
      await connections.endRenewal(stored, version);
      throw error;
    });
    const sealedSecret = await secrets.seal(next, secretContext(stored));
    const times = await tokenTimes({ platform, secret: next }, { accessFor, now: startedAt });
    // Where it is not kept, the connection was connected again meanwhile; for the rest of this run these tokens are good.
    if (await connections.saveSecret(stored, version, { sealedSecret, ...times })) version += 1;
    return next;
  }

  return {
    version: () => version,
    async renew(secret: string, renew: Renew): Promise<string> {
      for (let tried = 0; tried < tries; tried++) {
        const at = now();
        const lease = { now: at, until: addSeconds(at, leaseSeconds) };
        const turn = await connections.beginRenewal(stored, version, lease);
        if (turn.kind === 'yours') return renewed(secret, renew);
        if (turn.kind === 'gone') return renew(secret); // nobody else can need it
        if (turn.stored.secretVersion !== version) {
          version = turn.stored.secretVersion;
          return opened(turn.stored);
        }
        await wait(pauseMs);
      }
      const message = 'The access to the account is being renewed.';
      throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message });
    },
  };
}

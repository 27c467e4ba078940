import type { PlatformId } from '../platforms/contract.ts';
import { type AccessFor, type ConnectedAccount, PlatformRefused } from '../platforms/public.ts';
import { log } from '../runtime/log.ts';

type GrantedAccount = Pick<ConnectedAccount, 'server' | 'accountId' | 'accountName' | 'secret'>;

/** Ends an access at the platform as far as it can be done; a platform that does not answer keeps nobody waiting. */
export async function endGrant(platform: PlatformId, granted: GrantedAccount, accessFor: AccessFor): Promise<void> {
  const { revoke } = await accessFor(platform);
  try {
    // Tokens that are renewed while their access is ended are of no use to anyone, so nobody keeps them.
    await revoke?.({ ...granted, renewSecret: (renew) => renew(granted.secret) });
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    const { kind, platformCode } = error.refusal;
    log.warn('connection.revoke_failed', { platform, server: granted.server, kind, platformCode });
  }
}

import { PlatformRefused, type RefusalKind } from '../platforms/public.ts';
import { Fault } from '../runtime/fault.ts';
import { HostRefused } from '../runtime/hosts.ts';
import { connectionFaults } from './contract.ts';

type Meanings = Partial<Record<RefusalKind, keyof typeof connectionFaults>>;

/** Runs calls to a platform for a request: what it refuses means what `meanings` says, all else that it can't be used. */
export async function asked<Answer>(meanings: Meanings, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    const { kind, message } = error.refusal;
    const code = error.cause instanceof HostRefused ? 'connection.server_refused' : meanings[kind];
    const entry = connectionFaults[code ?? 'connection.server_unreachable'];
    throw new Fault(entry, { detail: `${entry.title} ${message}`, cause: error });
  }
}

import { createHash } from 'node:crypto';
import type { SandboxFiles } from '../sandbox-files.ts';
import type { SandboxState } from '../sandbox-state.ts';
import { base32 } from './cid.ts';
import type { Account, BlueskyState } from './state.ts';

/** What every part of the Bluesky sandbox works with. */
export type BlueskyStore = {
  url: string;
  state: SandboxState<BlueskyState>;
  files: SandboxFiles;
  refreshGraceSeconds: number;
  now: () => Date;
  /** Ids of proofs that were seen: each is good once. */
  seenProofs: Set<string>;
};

/** The password of every account that was not given another. */
export const sandboxPassword = 'app-pass';

export const handleDomain = '.test';
export const emailOf = ({ handle }: Account) => `${handle.split('.')[0]}@example.com`;

/** The same handle has the same DID in every sandbox, so a client's connections outlive a sandbox without a file. */
const didFor = (handle: string) =>
  `did:plc:${base32(createHash('sha256').update(`sandbox ${handle}`).digest()).slice(0, 24)}`;

export function addAccount({ state, now }: BlueskyStore, handle: string, password: string): Account {
  const account = { did: didFor(handle), handle, password, createdAt: now().toISOString() };
  state.current.accounts[account.did] ??= account;
  state.changed();
  return account;
}

/** An account by handle or DID. */
export function findAccount({ state }: BlueskyStore, name: string): Account | undefined {
  const wanted = name.toLowerCase();
  return (
    state.current.accounts[wanted] ?? Object.values(state.current.accounts).find(({ handle }) => handle === wanted)
  );
}

const tidAlphabet = '234567abcdefghijklmnopqrstuvwxyz';
export const tidPattern = /^[2-7a-j][2-7a-z]{12}$/;

/** A timestamp identifier: 53 bits of microseconds and ten of clock, in thirteen sortable characters. */
export function nextTid({ state, now }: BlueskyStore): string {
  const byClock = BigInt(now().getTime()) * 1000n;
  const last = BigInt(state.current.lastMicros);
  const micros = byClock > last ? byClock : last + 1n;
  state.current.lastMicros = String(micros);
  const bits = micros << 10n;
  return Array.from({ length: 13 }, (_, place) => tidAlphabet[Number((bits >> BigInt(60 - place * 5)) & 31n)]).join('');
}

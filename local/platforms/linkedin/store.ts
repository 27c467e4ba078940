import type { Context } from 'hono';
import { publicApis } from '../../../lib/platform-apis.ts';
import type { SandboxFiles } from '../sandbox-files.ts';
import { newSecret } from '../sandbox-oauth.ts';
import type { SandboxState } from '../sandbox-state.ts';
import {
  invalid,
  permissionMissing,
  tokenExpired,
  tokenInvalid,
  tokenRevoked,
  versionMissing,
  versionRetired,
} from './refusals.ts';
import type { LinkedinState, Member, Token } from './state.ts';

/** What every part of the LinkedIn sandbox works with. */
export type LinkedinStore = {
  url: string;
  state: SandboxState<LinkedinState>;
  now: () => Date;
  /** Names of the organizations that a member runs. */
  organizations: Readonly<Record<string, readonly string[]>>;
  /** Whether the app is an approved partner's: only those get refresh tokens. */
  refreshTokens: boolean;
  files: SandboxFiles;
  /** How long videos are processed. */
  processingMs: number;
  /** Whether the status of a video is told. */
  videosMayBeRead: boolean;
  /** Whether bytes are taken with a token only. */
  uploadsNeedToken: boolean;
};

/** Ids tell the time in the bits above the lowest 22, like the real ones. */
export function nextId({ state, now }: LinkedinStore): string {
  const id = BigInt(now().getTime()) << 22n;
  const last = BigInt(state.current.lastId);
  state.current.lastId = String(id > last ? id : last + 1n);
  return state.current.lastId;
}

/** Anyone may sign in: a member comes into being when first named. */
export function memberNamed(store: LinkedinStore, username: string): Member {
  const { members, organizations } = store.state.current;
  const known = Object.values(members).find((member) => member.username === username);
  if (known) return known;
  const member = { id: newSecret().replace(/[-_]/g, '').slice(0, 10), username };
  members[member.id] = member;
  for (const name of store.organizations[username] ?? []) {
    const id = String(10_000_000 + Object.keys(organizations).length);
    const vanityName = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    organizations[id] = { id, name, vanityName, roles: { [member.id]: 'ADMINISTRATOR' } };
  }
  store.state.changed();
  return member;
}

/** Of the form that files have at LinkedIn. */
export const newMediaId = () => `D4E10AQ${newSecret().replace(/[-_]/g, '').slice(0, 11)}`;

export const memberUrn = ({ id }: Pick<Member, 'id'>) => `urn:li:person:${id}`;
export const organizationUrn = (id: string) => `urn:li:organization:${id}`;
export const idOf = (urn: string) => urn.split(':').at(-1) ?? '';

export type LinkedinCaller = { member: Member; token: Token };

/** Who calls, if the token is good and has one of the scopes. */
export function callerOf(c: Context, store: LinkedinStore, scopes: readonly string[]): LinkedinCaller {
  const given = /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  const token = store.state.current.tokens[given ?? ''];
  const member = store.state.current.members[token?.memberId ?? ''];
  if (token?.kind !== 'access' || !member) throw tokenInvalid();
  if (token.isRevoked) throw tokenRevoked();
  if (token.expiresAt <= store.now().toISOString()) throw tokenExpired();
  if (!scopes.some((scope) => token.scopes.includes(scope))) throw permissionMissing(`${c.req.method} ${c.req.path}`);
  return { member, token };
}

/** Every call below `/rest` names a version that is served, and the second protocol. */
export function checkHeaders(c: Context): void {
  const version = c.req.header('LinkedIn-Version');
  if (version === undefined) throw versionMissing();
  if (version !== publicApis.linkedin.version) throw versionRetired(version);
  if (c.req.header('X-Restli-Protocol-Version') !== '2.0.0') throw invalid('The sandbox speaks protocol 2.0.0 only');
}

/** What the member may do for an author: all for itself, and for organizations by role. */
export function isPostingFor({ state }: LinkedinStore, { member }: LinkedinCaller, author: string): boolean {
  if (author === memberUrn(member)) return true;
  const role = state.current.organizations[idOf(author)]?.roles[member.id] ?? '';
  return author.startsWith('urn:li:organization:') && ['ADMINISTRATOR', 'CONTENT_ADMINISTRATOR'].includes(role);
}

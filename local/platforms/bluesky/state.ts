import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { Figures } from '../sandbox-platform.ts';

const Account = z.object({ did: z.string(), handle: z.string(), password: z.string(), createdAt: z.string() });
export type Account = z.infer<typeof Account>;

/** Once used it lives on for a grace time, in which it gives the same successor again. */
const RefreshToken = z.object({ did: z.string(), expiresAt: z.string(), nextId: z.string().nullable() });

export const RecordValue = z.record(z.string(), z.json());
export type RecordValue = z.infer<typeof RecordValue>;

const StoredRecord = Figures.extend({
  quotes: z.int(),
  uri: z.string(),
  cid: z.string(),
  did: z.string(),
  collection: z.string(),
  rkey: z.string(),
  value: RecordValue,
  indexedAt: z.string(),
  arrivals: z.array(z.string()),
});
export type StoredRecord = z.infer<typeof StoredRecord>;

const StoredBlob = z.object({ cid: z.string(), did: z.string(), mimeType: z.string(), size: z.int() });

/** What a client has asked for, bound to the client, the key it proves itself with and the key that signs its calls. */
const OAuthRequest = z.object({
  clientId: z.string(),
  keyId: z.string().nullable(),
  jkt: z.string(),
  redirectUri: z.string(),
  scope: z.string(),
  state: z.string(),
  challenge: z.string(),
  loginHint: z.string().nullable(),
  expiresAt: z.string(),
});
export type OAuthRequest = z.infer<typeof OAuthRequest>;

/** `sessionId`: what it was exchanged for. */
const OAuthCode = OAuthRequest.extend({ did: z.string(), sessionId: z.string().nullable() });

const OAuthSession = OAuthRequest.pick({ clientId: true, keyId: true, jkt: true, scope: true, expiresAt: true }).extend(
  {
    did: z.string(),
    refreshToken: z.string(),
    usedTokens: z.array(z.string()),
  },
);
export type OAuthSession = z.infer<typeof OAuthSession>;

/** Accounts and heads are keyed by DID, refresh tokens by their id, records by URI, blobs by CID. */
export const BlueskyState = z.object({
  jwtSecret: z.string(),
  /** Access tokens of an earlier generation count as expired. */
  generation: z.int(),
  lastMicros: z.string(),
  accounts: z.record(z.string(), Account),
  refreshTokens: z.record(z.string(), RefreshToken),
  /** By request URI, by code, and by their own ids. */
  oauthRequests: z.record(z.string(), OAuthRequest).default({}),
  oauthCodes: z.record(z.string(), OAuthCode).default({}),
  oauthSessions: z.record(z.string(), OAuthSession).default({}),
  records: z.record(z.string(), StoredRecord),
  blobs: z.record(z.string(), StoredBlob),
  /** The latest commit of each repository. */
  heads: z.record(z.string(), z.object({ cid: z.string(), rev: z.string() })),
});
export type BlueskyState = z.infer<typeof BlueskyState>;

export const freshBluesky = (): BlueskyState => ({
  jwtSecret: randomBytes(32).toString('base64url'),
  generation: 0,
  lastMicros: '0',
  accounts: {},
  refreshTokens: {},
  oauthRequests: {},
  oauthCodes: {},
  oauthSessions: {},
  records: {},
  blobs: {},
  heads: {},
});

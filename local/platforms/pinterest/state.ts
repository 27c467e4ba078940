import * as z from 'zod';
import { SandboxGrant } from '../sandbox-oauth.ts';
import { Figures } from '../sandbox-platform.ts';

const User = z.object({ id: z.string(), username: z.string() });
export type User = z.infer<typeof User>;

const Section = z.object({ id: z.string(), name: z.string() });
const Board = z.object({ id: z.string(), name: z.string(), userId: z.string(), sections: z.array(Section) });
export type Board = z.infer<typeof Board>;

/** An access token with the refresh token that came with it. */
const Token = z.object({
  token: z.string(),
  refreshToken: z.string(),
  userId: z.string(),
  scopes: z.array(z.string()),
  expiresAt: z.string(),
  refreshExpiresAt: z.string(),
  /** The refresh token has been used; the access token lives on. */
  isRenewed: z.boolean(),
});
export type Token = z.infer<typeof Token>;

const Upload = z.object({
  id: z.string(),
  userId: z.string(),
  /** What opens the storage for it. */
  key: z.string(),
  signature: z.string(),
  /** Null until the file has come. */
  uploadedAt: z.string().nullable(),
  bytes: z.number(),
  isVideo: z.boolean(),
});
export type Upload = z.infer<typeof Upload>;

const Pin = Figures.extend({
  id: z.string(),
  userId: z.string(),
  boardId: z.string(),
  sectionId: z.string().nullable(),
  title: z.string().nullable(),
  description: z.string(),
  link: z.string().nullable(),
  altText: z.string().nullable(),
  /** What it shows, as it was sent. */
  mediaSource: z.record(z.string(), z.unknown()),
  pictures: z.array(z.string()),
  createdAt: z.string(),
  arrivals: z.array(z.string()),
});
export type Pin = z.infer<typeof Pin>;

/** Records are keyed by id; grants by code, tokens by themselves. */
export const PinterestState = z.object({
  lastId: z.string(),
  users: z.record(z.string(), User),
  boards: z.record(z.string(), Board),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  uploads: z.record(z.string(), Upload),
  pins: z.record(z.string(), Pin),
});
export type PinterestState = z.infer<typeof PinterestState>;

export const freshPinterest = (): PinterestState => ({
  lastId: '549755885175000000',
  users: {},
  boards: {},
  grants: {},
  tokens: {},
  uploads: {},
  pins: {},
});

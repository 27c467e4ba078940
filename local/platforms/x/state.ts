import * as z from 'zod';
import { SandboxGrant } from '../sandbox-oauth.ts';
import { Figures } from '../sandbox-platform.ts';

const User = z.object({ id: z.string(), username: z.string(), subscription: z.enum(['None', 'Premium']) });
export type User = z.infer<typeof User>;

const Token = z.object({
  token: z.string(),
  kind: z.enum(['access', 'refresh']),
  userId: z.string(),
  scopes: z.array(z.string()),
  /** Null for one that nobody has seen expire. */
  expiresAt: z.string().nullable(),
});
export type Token = z.infer<typeof Token>;

const Media = z.object({
  id: z.string(),
  key: z.string(),
  userId: z.string(),
  type: z.string(),
  category: z.enum(['tweet_image', 'tweet_gif', 'tweet_video']),
  totalBytes: z.number(),
  /** How many bytes came under each index. */
  segments: z.record(z.string(), z.number()),
  finalizedAt: z.string().nullable(),
  altText: z.string().nullable(),
});
export type Media = z.infer<typeof Media>;

const Post = Figures.extend({
  id: z.string(),
  userId: z.string(),
  text: z.string(),
  /** The short links in the place of those that were sent. */
  links: z.array(z.object({ url: z.string(), sent: z.string() })),
  /** Ids of its files, and the short link that its text ends in for them. */
  mediaIds: z.array(z.string()).default([]),
  mediaLink: z.string().nullable().default(null),
  /** Who may reply, and whether it is marked as made with AI, as far as it was said. */
  wishes: z.record(z.string(), z.unknown()).default({}),
  /** The post that it answers, and the names that its text begins with for that. */
  replyTo: z.string().nullable().default(null),
  names: z.array(z.string()).default([]),
  createdAt: z.string(),
  arrivals: z.array(z.string()),
});
export type Post = z.infer<typeof Post>;

/** Records are keyed by id; grants by code, tokens by themselves. */
export const XState = z.object({
  lastId: z.string(),
  users: z.record(z.string(), User),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  posts: z.record(z.string(), Post),
  media: z.record(z.string(), Media).default({}),
});
export type XState = z.infer<typeof XState>;

export const freshX = (): XState => ({
  lastId: '1990000000000000000',
  users: {},
  grants: {},
  tokens: {},
  posts: {},
  media: {},
});

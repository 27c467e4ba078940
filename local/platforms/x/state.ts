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

const Post = Figures.extend({
  id: z.string(),
  userId: z.string(),
  text: z.string(),
  /** The short links in the place of those that were sent. */
  links: z.array(z.object({ url: z.string(), sent: z.string() })),
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
});
export type XState = z.infer<typeof XState>;

export const freshX = (): XState => ({ lastId: '1990000000000000000', users: {}, grants: {}, tokens: {}, posts: {} });

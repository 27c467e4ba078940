import * as z from 'zod';
import { SandboxGrant } from '../sandbox-oauth.ts';
import { Figures } from '../sandbox-platform.ts';

const User = z.object({ id: z.string(), username: z.string(), permissions: z.array(z.string()) });
export type User = z.infer<typeof User>;

const Page = z.object({ id: z.string(), name: z.string(), userId: z.string(), tasks: z.array(z.string()) });
export type Page = z.infer<typeof Page>;

const Token = z.object({
  token: z.string(),
  userId: z.string(),
  /** The page that it is for; a user's own token has none. */
  pageId: z.string().nullable(),
  isLongLived: z.boolean(),
  /** Null for one that does not expire. */
  expiresAt: z.string().nullable(),
});
export type Token = z.infer<typeof Token>;

const Post = Figures.extend({
  id: z.string(),
  pageId: z.string(),
  message: z.string(),
  link: z.string().nullable(),
  createdAt: z.string(),
  arrivals: z.array(z.string()),
});
export type Post = z.infer<typeof Post>;

/** Records are keyed by id; grants by code, tokens by themselves. */
export const FacebookState = z.object({
  lastId: z.string(),
  users: z.record(z.string(), User),
  pages: z.record(z.string(), Page),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  posts: z.record(z.string(), Post),
});
export type FacebookState = z.infer<typeof FacebookState>;

export const freshFacebook = (): FacebookState => ({
  lastId: '122000000000000',
  users: {},
  pages: {},
  grants: {},
  tokens: {},
  posts: {},
});

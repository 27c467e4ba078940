import * as z from 'zod';
import { SandboxGrant } from '../sandbox-oauth.ts';
import { Figures } from '../sandbox-platform.ts';

const Profile = z.object({ id: z.string(), username: z.string() });
export type Profile = z.infer<typeof Profile>;

const Token = z.object({
  token: z.string(),
  profileId: z.string(),
  scopes: z.array(z.string()),
  isLongLived: z.boolean(),
  issuedAt: z.string(),
  expiresAt: z.string(),
});
export type Token = z.infer<typeof Token>;

const Container = z.object({
  id: z.string(),
  profileId: z.string(),
  text: z.string(),
  createdAt: z.string(),
  /** Until then it is in progress. */
  readyAt: z.string(),
  error: z.string().nullable(),
  /** The post that it became. */
  postId: z.string().nullable(),
});
export type Container = z.infer<typeof Container>;

const Post = Figures.extend({
  id: z.string(),
  profileId: z.string(),
  text: z.string(),
  shortcode: z.string(),
  createdAt: z.string(),
  containerId: z.string(),
  arrivals: z.array(z.string()),
});
export type Post = z.infer<typeof Post>;

/** Records are keyed by id; grants by code, tokens by themselves. */
export const ThreadsState = z.object({
  lastId: z.string(),
  profiles: z.record(z.string(), Profile),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  containers: z.record(z.string(), Container),
  posts: z.record(z.string(), Post),
});
export type ThreadsState = z.infer<typeof ThreadsState>;

export const freshThreads = (): ThreadsState => ({
  lastId: '17841400000000000',
  profiles: {},
  grants: {},
  tokens: {},
  containers: {},
  posts: {},
});

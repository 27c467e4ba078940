import * as z from 'zod';
import { SandboxGrant } from '../sandbox-oauth.ts';
import { Figures } from '../sandbox-platform.ts';

const Member = z.object({ id: z.string(), username: z.string() });
export type Member = z.infer<typeof Member>;

const Organization = z.object({
  id: z.string(),
  name: z.string(),
  vanityName: z.string(),
  /** Members and their roles. */
  roles: z.record(z.string(), z.string()),
});
export type Organization = z.infer<typeof Organization>;

const Token = z.object({
  token: z.string(),
  kind: z.enum(['access', 'refresh']),
  memberId: z.string(),
  scopes: z.array(z.string()),
  expiresAt: z.string(),
  isRevoked: z.boolean(),
});
export type Token = z.infer<typeof Token>;

const Post = Figures.extend({
  id: z.string(),
  author: z.string(),
  commentary: z.string(),
  createdAt: z.number(),
  arrivals: z.array(z.string()),
});
export type Post = z.infer<typeof Post>;

/** Records are keyed by id, posts by URN; grants by code, tokens by themselves. */
export const LinkedinState = z.object({
  lastId: z.string(),
  members: z.record(z.string(), Member),
  organizations: z.record(z.string(), Organization),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  posts: z.record(z.string(), Post),
});
export type LinkedinState = z.infer<typeof LinkedinState>;

export const freshLinkedin = (): LinkedinState => ({
  lastId: '0',
  members: {},
  organizations: {},
  grants: {},
  tokens: {},
  posts: {},
});

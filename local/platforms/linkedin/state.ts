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

const Media = z.object({
  id: z.string(),
  urn: z.string(),
  kind: z.enum(['image', 'video']),
  owner: z.string(),
  /** Of images it is known by the bytes. */
  type: z.string(),
  size: z.number(),
  token: z.string(),
  /** What each part was called when it came. */
  partIds: z.array(z.string()),
  begunAt: z.number(),
  finalizedAt: z.number().nullable(),
});
export type Media = z.infer<typeof Media>;

const Shown = z.object({ id: z.string(), altText: z.string().nullable() });
const Article = z.object({ source: z.string(), title: z.string(), description: z.string().optional() });

const Post = Figures.extend({
  id: z.string(),
  author: z.string(),
  commentary: z.string(),
  visibility: z.string().default('PUBLIC'),
  files: z.array(Shown).default([]),
  article: Article.nullable().default(null),
  createdAt: z.number(),
  arrivals: z.array(z.string()),
});
export type Post = z.infer<typeof Post>;

const Comment = z.object({
  id: z.string(),
  /** URN of the post. */
  post: z.string(),
  actor: z.string(),
  text: z.string(),
  createdAt: z.number(),
});
export type Comment = z.infer<typeof Comment>;

/** Records are keyed by id, posts by URN; grants by code, tokens by themselves. */
export const LinkedinState = z.object({
  lastId: z.string(),
  members: z.record(z.string(), Member),
  organizations: z.record(z.string(), Organization),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  posts: z.record(z.string(), Post),
  comments: z.record(z.string(), Comment).default({}),
  media: z.record(z.string(), Media).default({}),
});
export type LinkedinState = z.infer<typeof LinkedinState>;

export const freshLinkedin = (): LinkedinState => ({
  lastId: '0',
  members: {},
  organizations: {},
  grants: {},
  tokens: {},
  posts: {},
  comments: {},
  media: {},
});

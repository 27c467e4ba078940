import * as z from 'zod';
import { SandboxGrant } from '../sandbox-oauth.ts';
import { Figures } from '../sandbox-platform.ts';

/** A professional account. `ownerId`: the Facebook user to whose page it is linked. */
const Account = z.object({ id: z.string(), username: z.string(), ownerId: z.string().nullable() });
export type Account = z.infer<typeof Account>;

const FacebookUser = z.object({ id: z.string(), username: z.string(), permissions: z.array(z.string()) });
export type FacebookUser = z.infer<typeof FacebookUser>;

/** `instagram`: of an account by Instagram Login; `user` and `page`: by Facebook Login. */
const Token = z.object({
  token: z.string(),
  kind: z.enum(['instagram', 'user', 'page']),
  /** The account that an `instagram` or `page` token is for. */
  accountId: z.string().nullable(),
  /** The Facebook user behind it. */
  userId: z.string().nullable(),
  /** What was granted by Instagram Login; for Facebook's, the user's permissions count. */
  scopes: z.array(z.string()),
  isLongLived: z.boolean(),
  issuedAt: z.string(),
  /** Null for one that does not expire. */
  expiresAt: z.string().nullable(),
});
export type Token = z.infer<typeof Token>;

const Item = z.object({ kind: z.enum(['IMAGE', 'VIDEO']), url: z.string(), altText: z.string().nullable() });
export type Item = z.infer<typeof Item>;

const Container = z.object({
  id: z.string(),
  accountId: z.string(),
  mediaType: z.enum(['IMAGE', 'REELS', 'VIDEO', 'CAROUSEL']),
  isCarouselItem: z.boolean(),
  caption: z.string(),
  items: z.array(Item),
  /** Everything else that was asked for, as it was sent. */
  wishes: z.record(z.string(), z.string()),
  createdAt: z.string(),
  /** Until then it is in progress. */
  readyAt: z.string(),
  /** The subcode of what went wrong. */
  error: z.string().nullable(),
  /** The post that it became. */
  postId: z.string().nullable(),
});
export type Container = z.infer<typeof Container>;

const Post = Figures.extend({
  id: z.string(),
  accountId: z.string(),
  mediaType: Container.shape.mediaType,
  caption: z.string(),
  items: z.array(Item),
  wishes: z.record(z.string(), z.string()),
  shortcode: z.string(),
  createdAt: z.string(),
  containerId: z.string(),
  arrivals: z.array(z.string()),
});
export type Post = z.infer<typeof Post>;

const Comment = z.object({
  id: z.string(),
  accountId: z.string(),
  postId: z.string(),
  text: z.string(),
  createdAt: z.string(),
});
export type Comment = z.infer<typeof Comment>;

/** Records are keyed by id; grants by code, tokens by themselves. */
export const InstagramState = z.object({
  lastId: z.string(),
  accounts: z.record(z.string(), Account),
  users: z.record(z.string(), FacebookUser),
  grants: z.record(z.string(), SandboxGrant),
  facebookGrants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  containers: z.record(z.string(), Container),
  posts: z.record(z.string(), Post),
  comments: z.record(z.string(), Comment).default({}),
});
export type InstagramState = z.infer<typeof InstagramState>;

export const freshInstagram = (): InstagramState => ({
  lastId: '17841400000000000',
  accounts: {},
  users: {},
  grants: {},
  facebookGrants: {},
  tokens: {},
  containers: {},
  posts: {},
  comments: {},
});

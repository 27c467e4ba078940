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

const MediaType = z.enum(['TEXT', 'IMAGE', 'VIDEO', 'CAROUSEL']);

/** A file that was fetched; `path` leads to its copy, `bytes` is its size. */
const Item = z.object({ path: z.string(), type: z.string(), bytes: z.number(), altText: z.string().nullable() });
export type Item = z.infer<typeof Item>;

/** What containers and posts have in common; earlier states know only texts. */
const content = {
  mediaType: MediaType.default('TEXT'),
  text: z.string(),
  items: z.array(Item).default([]),
  /** What else was asked for, such as who may reply. */
  wishes: z.record(z.string(), z.string()).default({}),
  /** The post that it answers. */
  replyTo: z.string().nullable().default(null),
};

const Container = z.object({
  id: z.string(),
  profileId: z.string(),
  ...content,
  isCarouselItem: z.boolean().default(false),
  createdAt: z.string(),
  /** Until then it is in progress. */
  readyAt: z.string(),
  /** What went wrong with its file. */
  error: z.string().nullable(),
  /** The post that it became. */
  postId: z.string().nullable(),
});
export type Container = z.infer<typeof Container>;

const Post = Figures.extend({
  id: z.string(),
  profileId: z.string(),
  ...content,
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

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

/** A file that was fetched; `path` leads to its copy, `bytes` is its size. */
const File = z.object({ path: z.string(), type: z.string(), bytes: z.number(), altText: z.string().nullable() });

const Photo = z.object({
  id: z.string(),
  pageId: z.string(),
  file: File,
  createdAt: z.string(),
  /** The post that it is part of. */
  postId: z.string().nullable(),
});
export type Photo = z.infer<typeof Photo>;

const Video = z.object({
  id: z.string(),
  pageId: z.string(),
  /** Null until it is uploaded. */
  file: File.nullable(),
  isReel: z.boolean().default(false),
  description: z.string(),
  title: z.string().nullable(),
  /** Until then it is being processed. */
  readyAt: z.string(),
  /** Why it could not be processed, as is known from then on. */
  problem: z.string().nullable().default(null),
  /** It becomes a post as soon as it is processed. */
  isAwaited: z.boolean().default(false),
  /** The post that it became. */
  postId: z.string().nullable(),
});
export type Video = z.infer<typeof Video>;

const Post = Figures.extend({
  id: z.string(),
  pageId: z.string(),
  message: z.string(),
  link: z.string().nullable(),
  title: z.string().nullable().default(null),
  files: z.array(File).default([]),
  /** Of a post that is a video. */
  videoId: z.string().nullable().default(null),
  createdAt: z.string(),
  arrivals: z.array(z.string()),
});
export type Post = z.infer<typeof Post>;

const Comment = z.object({
  id: z.string(),
  pageId: z.string(),
  postId: z.string(),
  message: z.string(),
  createdAt: z.string(),
});
export type Comment = z.infer<typeof Comment>;

/** Records are keyed by id; grants by code, tokens by themselves. */
export const FacebookState = z.object({
  lastId: z.string(),
  users: z.record(z.string(), User),
  pages: z.record(z.string(), Page),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  posts: z.record(z.string(), Post),
  photos: z.record(z.string(), Photo).default({}),
  videos: z.record(z.string(), Video).default({}),
  comments: z.record(z.string(), Comment).default({}),
});
export type FacebookState = z.infer<typeof FacebookState>;

export const freshFacebook = (): FacebookState => ({
  lastId: '122000000000000',
  users: {},
  pages: {},
  grants: {},
  tokens: {},
  posts: {},
  photos: {},
  videos: {},
  comments: {},
});

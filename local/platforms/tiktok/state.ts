import * as z from 'zod';
import { SandboxGrant } from '../sandbox-oauth.ts';
import { Figures } from '../sandbox-platform.ts';

const Creator = z.object({ openId: z.string(), username: z.string() });
export type Creator = z.infer<typeof Creator>;

const Token = z.object({
  token: z.string(),
  kind: z.enum(['access', 'refresh']),
  openId: z.string(),
  scopes: z.array(z.string()),
  expiresAt: z.string(),
});
export type Token = z.infer<typeof Token>;

/** What a post was begun with; the wire names of TikTok are kept. */
const Asked = z.object({
  title: z.string(),
  description: z.string(),
  privacy_level: z.string(),
  disable_comment: z.boolean(),
  disable_duet: z.boolean(),
  disable_stitch: z.boolean(),
  brand_content_toggle: z.boolean(),
  brand_organic_toggle: z.boolean(),
  is_aigc: z.boolean(),
});
export type Asked = z.infer<typeof Asked>;

/** One publishing, by its publish_id: an upload that goes on, and what came of it. */
const Publishing = z.object({
  publishId: z.string(),
  openId: z.string(),
  asked: Asked,
  upload: z
    .object({
      uploadId: z.string(),
      size: z.number(),
      chunk: z.number(),
      received: z.number(),
      expiresAt: z.string(),
    })
    .nullable(),
  failReason: z.string().nullable(),
  postId: z.string().nullable(),
  /** When TikTok will be done with it. */
  completeAt: z.string().nullable(),
});
export type Publishing = z.infer<typeof Publishing>;

const Post = Figures.extend({
  id: z.string(),
  publishId: z.string(),
  openId: z.string(),
  kind: z.enum(['video', 'photo']),
  asked: Asked,
  size: z.number(),
  sha256: z.string(),
  photos: z.array(z.string()),
  createdAt: z.string(),
});
export type Post = z.infer<typeof Post>;

/** Records are keyed by id; grants by code, tokens by themselves. */
export const TiktokState = z.object({
  lastId: z.string(),
  creators: z.record(z.string(), Creator),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  publishings: z.record(z.string(), Publishing),
  posts: z.record(z.string(), Post),
});
export type TiktokState = z.infer<typeof TiktokState>;

export const freshTiktok = (): TiktokState => ({
  lastId: '7400000000000000001',
  ...{ creators: {}, grants: {}, tokens: {}, publishings: {}, posts: {} },
});

import * as z from 'zod';
import { SandboxGrant } from '../sandbox-oauth.ts';
import { Figures } from '../sandbox-platform.ts';

const Channel = z.object({ id: z.string(), username: z.string() });
export type Channel = z.infer<typeof Channel>;

const Token = z.object({
  token: z.string(),
  kind: z.enum(['access', 'refresh']),
  channelId: z.string(),
  scopes: z.array(z.string()),
  /** Null for refresh tokens, which have no end of their own. */
  expiresAt: z.string().nullable(),
});
export type Token = z.infer<typeof Token>;

const Video = Figures.omit({ reposts: true }).extend({
  id: z.string(),
  channelId: z.string(),
  title: z.string(),
  description: z.string(),
  privacyStatus: z.string(),
  madeForKids: z.boolean().nullable(),
  tags: z.array(z.string()),
  notifySubscribers: z.boolean(),
  size: z.number(),
  sha256: z.string(),
  createdAt: z.string(),
});
export type Video = z.infer<typeof Video>;

const Comment = z.object({
  id: z.string(),
  videoId: z.string(),
  authorChannelId: z.string(),
  text: z.string(),
  createdAt: z.string(),
});
export type Comment = z.infer<typeof Comment>;

/** Records are keyed by id; grants by code, tokens by themselves. Unfinished uploads end with the process. */
export const YoutubeState = z.object({
  channels: z.record(z.string(), Channel),
  grants: z.record(z.string(), SandboxGrant),
  tokens: z.record(z.string(), Token),
  videos: z.record(z.string(), Video),
  comments: z.record(z.string(), Comment).default({}),
});
export type YoutubeState = z.infer<typeof YoutubeState>;

export const freshYoutube = (): YoutubeState => ({ channels: {}, grants: {}, tokens: {}, videos: {}, comments: {} });

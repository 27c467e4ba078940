import * as z from 'zod';
import { endpoints } from '../runtime/contract.ts';

/** Every social network that ClientNest publishes to. */
export const PlatformId = z.enum(['mastodon', 'bluesky']).meta({ example: 'mastodon' });
export type PlatformId = z.infer<typeof PlatformId>;

/** How a platform counts a text: `characters` are Unicode code points, `graphemes` what a reader sees as one sign. */
export const TextLimits = z.object({
  unit: z.enum(['characters', 'graphemes']),
  max: z.number().int().positive().meta({ example: 500 }),
  maxBytes: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: 'Bound in UTF-8 bytes, where there is one.', example: null }),
  urlLength: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: 'What every link counts, where it is fixed.', example: 23 }),
});
export type TextLimits = z.infer<typeof TextLimits>;

/** A SocialMediaPlatform: how accounts connect, what a post may be, what the platform can do. */
export const SocialMediaPlatform = z.object({
  id: PlatformId,
  name: z.string().meta({ example: 'Mastodon' }),
  auth: z.enum(['oauth2', 'app_password']),
  limits: z.object({
    text: TextLimits.meta({ description: 'The usual limits; a server may set its own, which then count.' }),
  }),
  capabilities: z.object({
    ownServers: z.boolean().meta({ description: 'Accounts live on servers of their own, named when connecting.' }),
    idempotentPublish: z.boolean().meta({ description: 'Publishing again by the same key changes nothing.' }),
    revoke: z.boolean().meta({ description: 'Deleting a connection ends the access at the platform too.' }),
    metrics: z.array(z.enum(['likes', 'reposts', 'replies'])),
  }),
});
export type SocialMediaPlatform = z.infer<typeof SocialMediaPlatform>;

export const platformsContract = endpoints(
  { domain: 'platforms', faults: {} },
  {
    listPlatforms: {
      route: 'GET /platforms',
      summary: 'The social platforms with their limits and capabilities',
      auth: 'user',
      reply: { status: 200, body: z.object({ items: z.array(SocialMediaPlatform) }) },
      faults: [],
      needs: [],
    },
  },
);

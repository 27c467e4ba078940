import * as z from 'zod';
import { endpoints } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { WebAddress, Written } from '../runtime/shapes.ts';

/** Platforms where ClientNest is one registered app for all its users. */
export const AppPlatformId = z.enum([
  'bluesky',
  'threads',
  'facebook',
  'linkedin',
  'x',
  'instagram',
  'youtube',
  'tiktok',
  'pinterest',
]);
export type AppPlatformId = z.infer<typeof AppPlatformId>;

/** Every social network that ClientNest publishes to. */
export const PlatformId = z.enum(['mastodon', ...AppPlatformId.options]).meta({ example: 'mastodon' });
export type PlatformId = z.infer<typeof PlatformId>;

/** Where an account is connected by the user's consent alone; Bluesky takes app passwords, too. */
export const OAuthPlatformId = PlatformId.exclude(['bluesky']);
export type OAuthPlatformId = z.infer<typeof OAuthPlatformId>;

/** The two ways to an Instagram account: its own sign-in, or that of Facebook, which opens all accounts linked to the user's pages. */
export const InstagramLogin = z.enum(['instagram', 'facebook']);
export type InstagramLogin = z.infer<typeof InstagramLogin>;

/** Where a platform is called; `lib/platform-apis.ts` says so for each stage. `web` is what users see of it. */
export const PlatformApi = z.object({
  web: z.url(),
  api: z.url(),
  /** Where tokens are given out and large files taken, where that is not `api`. */
  login: z.url().optional(),
  /** Where the user consents, where that is not `web`. */
  consent: z.url().optional(),
  upload: z.url().optional(),
  /** Bluesky: where the documents of accounts are, where that is not `api`. */
  directory: z.url().optional(),
  /** Instagram: where accounts are reached that are linked to Facebook Pages. */
  facebook: z.object({ web: z.url(), api: z.url() }).optional(),
  version: z.string(),
  /** What our app may ask users for, where apps differ in what they were given. */
  scopes: z.array(z.string()).optional(),
});
export type PlatformApi = z.infer<typeof PlatformApi>;

/**
 * How a platform helps against posting twice, best first. `idempotent`: the same call again changes nothing. `provable`:
 * what was prepared tells whether it was published. `duplicate_refused`: the same content again is refused.
 * `unprovable`: only the account's own list of posts can tell.
 */
export const RetryClass = z.enum(['idempotent', 'provable', 'duplicate_refused', 'unprovable']);
export type RetryClass = z.infer<typeof RetryClass>;

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

/** Kinds of files that posts carry. */
export const MediaType = z.enum(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'video/mp4', 'video/quicktime']);
export type MediaType = z.infer<typeof MediaType>;

/** A picture or video of a post, where the platforms, or we for them, can fetch it when the post goes out. */
export const Media = z.strictObject({
  url: WebAddress.meta({
    description: 'A public https address that answers with the file itself, without redirects to other sites.',
    example: 'https://cdn.example.com/news.jpg',
  }),
  type: MediaType.meta({ example: 'image/jpeg' }),
  altText: Written.max(1500)
    .optional()
    .meta({ description: 'What the picture shows, for those who do not see it.', example: 'Ada at her desk' }),
});
export type Media = z.infer<typeof Media>;

/** What files a post may carry on a platform. */
export const MediaLimits = z.object({
  required: z.boolean().meta({ description: 'A post needs a picture or a video.' }),
  images: z.object({
    max: z.number().int().nonnegative().meta({ example: 4 }),
    types: z.array(MediaType),
    maxBytes: z.number().int().positive(),
  }),
  videos: z.object({
    max: z.number().int().nonnegative().meta({ example: 1 }),
    types: z.array(MediaType),
    maxBytes: z.number().int().positive(),
  }),
  mixed: z.boolean().meta({ description: 'Pictures and videos in one post.' }),
  altTextMax: z.number().int().nonnegative().meta({ description: '0: the platform has no alternative texts.' }),
});
export type MediaLimits = z.infer<typeof MediaLimits>;

/** How many posts an account may make in a window of time. */
export const PostLimit = z
  .object({
    max: z.number().int().positive().meta({ example: 100 }),
    windowSeconds: z.number().int().positive().meta({ example: 900 }),
  })
  .meta({ description: 'How many posts an account may make in a window of time, where the platform says so.' });
export type PostLimit = z.infer<typeof PostLimit>;

/** What may follow a post: replies of the account to itself, each to the one before (a thread), or a first comment. */
export const FollowUpLimits = z.object({
  kind: z.enum(['replies', 'comment']),
  max: z.number().int().positive().meta({ example: 24 }),
  text: TextLimits.meta({ description: 'Of each part; the server of an account may set its own for replies.' }),
  media: z.boolean().meta({ description: 'Pictures and videos, as many as a post may have.' }),
});
export type FollowUpLimits = z.infer<typeof FollowUpLimits>;

/** What went wrong with an account or on its platform, in words for users; `action` is what helps. */
export const PlatformProblem = z.object({
  code: z.string().meta({ example: 'content_rejected' }),
  message: z.string().meta({ example: 'The platform refused the text.' }),
  action: z.enum(['reconnect', 'edit', 'wait', 'retry', 'check', 'decide', 'none']).meta({
    description:
      '`reconnect` the account, `edit` the post, `wait` (we try again), `retry` it, `check` the account for the post, `decide` whether it is still wanted.',
  }),
  platformCode: z.string().nullable().meta({ description: "The platform's own code, as it came." }),
});
export type PlatformProblem = z.infer<typeof PlatformProblem>;

/** What is known of a platform wherever it is used: how accounts connect, what a post may be, what it can do. */
export const PlatformFacts = z.object({
  id: PlatformId,
  name: z.string().meta({ example: 'Mastodon' }),
  auth: z.enum(['oauth2', 'app_password']).meta({ description: 'The way that needs nothing set up, if there is one.' }),
  limits: z.object({
    text: TextLimits.meta({ description: 'The usual limits; a server may set its own, which then count.' }),
    media: MediaLimits,
    followUps: FollowUpLimits.optional().meta({
      description: '`replies`: threads and first comments. `comment`: a first comment only. Absent: neither.',
    }),
    posts: PostLimit.extend({
      countedBy: z.enum(['platform', 'us']).meta({ description: '`platform`: it tells how many are left.' }),
    }).optional(),
  }),
  scopes: z.array(z.string()).meta({
    description: 'What an account must have granted for all that can be done with it here.',
    example: ['write:statuses'],
  }),
  capabilities: z.object({
    ownServers: z.boolean().meta({ description: 'Accounts live on servers of their own, named when connecting.' }),
    retryClass: RetryClass.meta({
      description: 'What a second call after a lost answer does, best first: nothing, provable, refused, unprovable.',
    }),
    revoke: z.boolean().meta({ description: 'Deleting a connection ends the access at the platform too.' }),
    metrics: z.array(z.enum(['likes', 'reposts', 'replies'])),
  }),
});
export type PlatformFacts = z.infer<typeof PlatformFacts>;

/** A SocialMediaPlatform as this installation has it. */
export const SocialMediaPlatform = PlatformFacts.extend({
  configured: z.boolean().meta({ description: 'Accounts can be connected: this installation has what that takes.' }),
  connectBy: z
    .array(z.enum(['oauth2', 'app_password']))
    .meta({ description: 'The ways to connect an account here, best first.', example: ['oauth2'] }),
  issue: z
    .enum(['notConfigured'])
    .nullable()
    .meta({ description: '`notConfigured`: our app on this platform has no credentials here.', example: null }),
});
export type SocialMediaPlatform = z.infer<typeof SocialMediaPlatform>;

/** A public key by which servers know what comes from us (RFC 7517). */
const PublicKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
});

/** https://atproto.com/specs/oauth#client-id-metadata-document */
export const BlueskyClientMetadata = z.object({
  client_id: z.string().meta({ example: 'https://api.example.com/v1/oauth/bluesky/client-metadata.json' }),
  client_name: z.string().meta({ example: 'ClientNest' }),
  client_uri: z.string(),
  application_type: z.literal('web'),
  grant_types: z.array(z.string()),
  response_types: z.array(z.string()),
  scope: z.string(),
  redirect_uris: z.array(z.string()),
  token_endpoint_auth_method: z.enum(['private_key_jwt', 'none']),
  token_endpoint_auth_signing_alg: z.literal('ES256').optional(),
  dpop_bound_access_tokens: z.literal(true),
  jwks: z.object({ keys: z.array(PublicKey) }).optional(),
});
export type BlueskyClientMetadata = z.infer<typeof BlueskyClientMetadata>;

export const platformFaults = faults({
  'platform.not_configured': {
    kind: 'missing',
    title: 'This installation is no app on the platform.',
    remedy: 'Have its credentials set up.',
  },
});

export { AccountOptions } from './option-schemas.ts';
export { longestText } from './override-text.ts';
export { PlatformOverrides } from './overrides.ts';

export const platformsContract = endpoints(
  { domain: 'platforms', faults: platformFaults },
  {
    getBlueskyClientMetadata: {
      route: 'GET /oauth/bluesky/client-metadata.json',
      summary: 'Who ClientNest is to Bluesky and other servers of the AT Protocol, which know it by this address',
      auth: 'none',
      reply: { status: 200, body: BlueskyClientMetadata },
      faults: ['platform.not_configured'],
      needs: ['platform-apps'],
    },
    listPlatforms: {
      route: 'GET /platforms',
      summary: 'The social platforms with their limits and capabilities',
      auth: 'user',
      reply: { status: 200, body: z.object({ items: z.array(SocialMediaPlatform) }) },
      faults: [],
      needs: ['platform-apps:list'],
    },
  },
);

import * as z from 'zod';
import {
  AccountOptions,
  FollowUpLimits,
  MediaLimits,
  PlatformId,
  PlatformProblem,
  PostLimit,
  TextLimits,
} from '../platforms/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { TimeZone, UtcInstant } from '../runtime/shapes.ts';

/** How our access to an account is: `needs_reconnect` and `revoked` mean that it is lost, `revoked` by the user's own will. */
export const AccessState = z.enum(['active', 'needs_reconnect', 'revoked']);

/** A connection that comes into one of these states is an event below (connection-event.ts). */
export const lostStates = ['needs_reconnect', 'revoked'] as const satisfies z.infer<typeof AccessState>[];

export const ConnectionState = z.enum(['active', 'disabled', 'needs_reconnect', 'revoked']).meta({
  description:
    '`disabled`: switched off by the team, nothing goes out. `needs_reconnect`: our access is lost, the user must connect the account again. `revoked`: the same, since the user took the access back.',
});

export const ConnectionHealth = z.object({
  status: z.enum(['ok', 'failing', 'unknown']).meta({ description: '`unknown`: the platform was not asked yet.' }),
  reason: PlatformProblem.nullable().meta({ description: 'What is wrong and what helps.', example: null }),
});
export type ConnectionHealth = z.infer<typeof ConnectionHealth>;

const ConnectionName = z.string().trim().min(1).max(100).meta({ example: 'Ada, private' });

/** A team's account on a platform. */
export const Connection = z.object({
  id: idOf('conn'),
  platform: PlatformId,
  name: ConnectionName.nullable().meta({ description: "The team's own label, to be shown in place of `accountName`." }),
  accountId: z.string().meta({ example: '109302436954721982' }),
  accountName: z.string().meta({ example: '@ada@mastodon.social' }),
  accountUrl: z.url().meta({ example: 'https://mastodon.social/@ada' }),
  avatarUrl: z.url().nullable().meta({ example: 'https://files.mastodon.social/accounts/avatars/ada.png' }),
  server: z.url().meta({ example: 'https://mastodon.social' }),
  state: ConnectionState,
  scopes: z.array(z.string().meta({ example: 'write:statuses' })),
  missingScopes: z
    .array(z.string())
    .meta({ description: 'What the user has not granted but should have: connecting again asks for it.', example: [] }),
  settings: z.object({ timeZone: TimeZone.meta({ description: 'Of its weekly slots.' }) }),
  limits: z
    .object({
      text: TextLimits,
      media: MediaLimits,
      followUps: FollowUpLimits.nullable().meta({
        description: '`replies`: threads and first comments. `comment`: a first comment only. null: neither.',
      }),
      posts: PostLimit.nullable().meta({ description: 'null: the platform names none.' }),
    })
    .meta({ description: 'What a post on it may be, what may follow it, and how many there may be.' }),
  tokenExpiresAt: UtcInstant.nullable().meta({
    description:
      'When the access ends unless it is renewed, which we do ahead of time where the platform lets us; null: never.',
  }),
  lastCheckedAt: UtcInstant.nullable().meta({ description: 'When the platform was last asked about the account.' }),
  health: ConnectionHealth,
  createdAt: UtcInstant,
});
export type Connection = z.infer<typeof Connection>;

export const ConnectionPatch = z.strictObject({
  name: ConnectionName.nullable().optional().meta({ description: 'null: none of its own.' }),
  enabled: z.boolean().optional().meta({ description: 'false: nothing goes out until it is true again.' }),
  settings: z.strictObject({ timeZone: TimeZone.optional() }).optional(),
});
export type ConnectionPatch = z.infer<typeof ConnectionPatch>;

export const HealthReport = z.object({
  connectionId: idOf('conn'),
  state: ConnectionState,
  ...ConnectionHealth.shape,
  checkedAt: UtcInstant.nullable(),
  problems: z
    .array(PlatformProblem)
    .meta({ description: 'All that is wrong, or will be, and what helps; worst first.' }),
});

/** What can be done to many connections at once. */
export const BulkAction = z.enum(['enable', 'disable', 'check', 'refresh', 'disconnect']);
export type BulkAction = z.infer<typeof BulkAction>;

/** What became of one of many. */
export const ChangedRow = z.object({
  connectionId: idOf('conn'),
  status: z.number().int().meta({ example: 200 }),
  error: z.object({ code: z.string().meta({ example: 'connection.not_renewable' }), detail: z.string() }).optional(),
});

const PostCount = z.number().int().nonnegative();
export const ConnectionQuota = z.object({
  connectionId: idOf('conn'),
  source: z.enum(['platform', 'own_count', 'unknown']).meta({
    description:
      '`platform`: it says so itself. `own_count`: what went out through us, beside the limit it publishes. `unknown`: it names none.',
  }),
  limit: PostCount.nullable().meta({ description: 'null: the platform names none.', example: 250 }),
  used: PostCount.nullable().meta({ example: 12 }),
  remaining: PostCount.nullable().meta({ example: 238 }),
  windowSeconds: z
    .number()
    .int()
    .positive()
    .nullable()
    .meta({ description: 'In any stretch of this length.', example: 86_400 }),
  resetsAt: UtcInstant.nullable().meta({ description: 'null: it is no fixed moment.', example: null }),
});

export const PublishOptions = z.object({
  connectionId: idOf('conn'),
  platform: PlatformId,
  options: AccountOptions.meta({
    description:
      'What the account allows, under the name of its platform; empty where that does not depend on the account.',
  }),
  problem: PlatformProblem.nullable().meta({
    description: 'Why the account cannot post just now, and what helps; `options` is empty then.',
    example: null,
  }),
});

/** What becomes of posts that are still to go out on a connection that is deleted. */
export const Scheduled = z.enum(['cancel', 'keep']);
export type Scheduled = z.infer<typeof Scheduled>;

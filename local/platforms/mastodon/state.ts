import * as z from 'zod';
import { Figures } from '../sandbox-platform.ts';

const App = z.object({
  id: z.string(),
  name: z.string(),
  website: z.string().nullable(),
  redirectUris: z.array(z.string()),
  scopes: z.array(z.string()),
  clientId: z.string(),
  clientSecret: z.string(),
});
export type App = z.infer<typeof App>;

const Account = z.object({ id: z.string(), username: z.string(), createdAt: z.string() });
export type Account = z.infer<typeof Account>;

/** An authorization code waiting to be exchanged. */
const Grant = z.object({
  clientId: z.string(),
  accountId: z.string(),
  redirectUri: z.string(),
  scopes: z.array(z.string()),
  challenge: z.string().nullable(),
  expiresAt: z.string(),
});
export type Grant = z.infer<typeof Grant>;

const Token = z.object({
  token: z.string(),
  clientId: z.string(),
  /** Null for an app's own token. */
  accountId: z.string().nullable(),
  scopes: z.array(z.string()),
  ended: z.enum(['revoked', 'expired']).nullable(),
});
export type Token = z.infer<typeof Token>;

const Media = z.object({
  id: z.string(),
  accountId: z.string(),
  kind: z.enum(['image', 'gifv', 'video', 'audio']),
  contentType: z.string(),
  description: z.string().nullable(),
  focus: z.object({ x: z.number(), y: z.number() }),
  readyAt: z.string(),
  statusId: z.string().nullable(),
});
export type Media = z.infer<typeof Media>;

export const Visibility = z.enum(['public', 'unlisted', 'private', 'direct']);

const Status = Figures.extend({
  id: z.string(),
  accountId: z.string(),
  clientId: z.string(),
  text: z.string(),
  spoilerText: z.string(),
  visibility: Visibility,
  sensitive: z.boolean(),
  language: z.string().nullable(),
  inReplyToId: z.string().nullable(),
  reblogOfId: z.string().nullable(),
  mediaIds: z.array(z.string()),
  favouritedBy: z.array(z.string()),
  createdAt: z.string(),
  idempotencyKey: z.string().nullable(),
  arrivals: z.array(z.string()),
});
export type Status = z.infer<typeof Status>;

/** Records are keyed by id; apps by client id, grants by code, tokens by themselves. */
export const MastodonState = z.object({
  lastId: z.string(),
  apps: z.record(z.string(), App),
  accounts: z.record(z.string(), Account),
  grants: z.record(z.string(), Grant),
  tokens: z.record(z.string(), Token),
  media: z.record(z.string(), Media),
  statuses: z.record(z.string(), Status),
  /** `<token> <Idempotency-Key>` → the status it made, and when. */
  idempotency: z.record(z.string(), z.object({ statusId: z.string(), at: z.string() })),
});
export type MastodonState = z.infer<typeof MastodonState>;

export const freshMastodon = (): MastodonState => ({
  lastId: '0',
  apps: {},
  accounts: {},
  grants: {},
  tokens: {},
  media: {},
  statuses: {},
  idempotency: {},
});

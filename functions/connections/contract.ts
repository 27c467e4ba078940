import * as z from 'zod';
import {
  AppPlatformId,
  InstagramLogin,
  MediaLimits,
  OAuthPlatformId,
  PlatformId,
  PlatformProblem,
  TextLimits,
} from '../platforms/contract.ts';
import { endpoints, events, subscribers, timers } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { PageQuery, pageOf, TimeZone, UtcInstant } from '../runtime/shapes.ts';
import { teamDeleted } from '../teams/contract.ts';

const ServerUrl = z.url().max(255).meta({ example: 'https://mastodon.social' });

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
  limits: z.object({ text: TextLimits, media: MediaLimits }).meta({ description: 'What a post on it may be.' }),
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

const RedirectUri = z.url().max(500).meta({ example: 'https://app.example.com/connected' });

const AuthorizationRequest = z.discriminatedUnion('platform', [
  z.strictObject({
    platform: z.literal('mastodon'),
    server: ServerUrl.default('https://mastodon.social'),
    redirectUri: RedirectUri,
  }),
  z.strictObject({
    platform: z.literal('instagram'),
    login: InstagramLogin.default('instagram').meta({
      description:
        '`instagram`: the account signs in itself. `facebook`: with our Facebook app, and the user chooses among the accounts that are linked to pages.',
    }),
    redirectUri: RedirectUri,
  }),
  z.strictObject({
    platform: z.literal('bluesky'),
    identifier: z.string().trim().min(1).max(255).meta({
      description: 'Handle or DID of the account; or the address of its server, where the user signs in by e-mail.',
      example: 'ada.bsky.social',
    }),
    redirectUri: RedirectUri,
  }),
  z.strictObject({ platform: AppPlatformId.exclude(['instagram', 'bluesky']), redirectUri: RedirectUri }),
]);
export type AuthorizationRequest = z.infer<typeof AuthorizationRequest>;

const State = z.string().meta({ example: 'q1w2e3r4t5y6' });
const Code = z.string().meta({ example: 'Yx9mP2vQ7rT4', description: 'As it came back with the user.' });
const AuthorizationUrl = z
  .url()
  .meta({ example: 'https://mastodon.social/oauth/authorize?response_type=code&client_id=c1&state=q1w2e3r4t5y6' });

const BlueskyAppPassword = z.strictObject({
  platform: z.literal('bluesky'),
  server: ServerUrl.default('https://bsky.social').meta({ example: 'https://bsky.social' }),
  identifier: z.string().min(1).max(255).meta({ example: 'ada.bsky.social' }),
  appPassword: z.string().min(1).max(128).meta({ example: 'abcd-efgh-ijkl-mnop' }),
});
const BlueskyCode = z.strictObject({
  platform: z.literal('bluesky'),
  code: Code.min(1).max(2048),
  state: State.min(1).max(256),
  iss: z.url().max(255).meta({ description: 'The server that answers, as it came back with the code.' }),
});

export const NewConnection = z.union([
  z.discriminatedUnion('platform', [
    z.strictObject({
      platform: OAuthPlatformId,
      code: Code.min(1).max(2048),
      state: State.min(1).max(256),
    }),
    BlueskyAppPassword,
  ]),
  BlueskyCode,
]);
export type NewConnection = z.infer<typeof NewConnection>;

/** An account that a consent opens, before it is connected. */
export const OfferedAccount = Connection.pick({ accountId: true, accountName: true, accountUrl: true });

/** A consent that opens several accounts: which of them are to be connected is still to be said. */
export const PendingConnection = z.object({
  pendingId: idOf('pending'),
  platform: PlatformId,
  accounts: z.array(OfferedAccount),
  expiresAt: UtcInstant,
});
export type PendingConnection = z.infer<typeof PendingConnection>;

export const connectionFaults = faults({
  'connection.not_found': {
    kind: 'missing',
    title: 'The team has no such connection.',
    remedy: 'Use an id from `GET /v1/connections`.',
  },
  'connection.already_exists': {
    kind: 'conflict',
    title: 'This account is connected already.',
    remedy: 'Use the connection named in `detail`, or delete it first.',
  },
  'connection.has_scheduled': {
    kind: 'conflict',
    title: 'Publications are still to go out on the connection.',
    remedy: 'Say with `scheduled=cancel` or `scheduled=keep` what becomes of them.',
  },
  'connection.too_many': {
    kind: 'conflict',
    title: 'The team has as many connections as its plan allows.',
    remedy: 'Delete connections that are no longer used, or choose a larger plan.',
  },
  'connection.other_account': {
    kind: 'conflict',
    title: 'The consent came from another account than that of the connection.',
    remedy:
      'Begin again, signed in on the platform as the account of the connection; or connect the other one as well.',
  },
  'connection.no_consent': {
    kind: 'conflict',
    title: 'Accounts of this platform are connected by a password for apps, not by consent.',
    remedy: 'Connect the account again with `POST /v1/connections` and a new app password.',
  },
  'connection.not_renewable': {
    kind: 'conflict',
    title: 'The access to this account cannot be renewed without its user.',
    remedy: 'Nothing is to be done while it works; else use `POST /v1/connections/{connectionId}/reconnect`.',
  },
  'connection.access_lost': {
    kind: 'conflict',
    title: 'The platform does not take our access to the account any more.',
    remedy: 'Have the user connect the account again: `POST /v1/connections/{connectionId}/reconnect`.',
  },
  'connection.not_tried': {
    kind: 'unavailable',
    title: 'Others took so long that this connection was not begun with.',
    remedy: 'Send the connections again that have this code.',
  },
  'connection.server_refused': {
    kind: 'invalid',
    title: 'This server cannot be called.',
    remedy: 'Give the public https address of the server.',
  },
  'connection.server_unreachable': {
    kind: 'unavailable',
    title: 'The server gives no usable answer.',
    remedy: 'Check the address; try again later.',
  },
  'connection.account_unknown': {
    kind: 'invalid',
    title: 'There is no such account.',
    remedy: 'Check the handle.',
  },
  'connection.redirect_refused': {
    kind: 'invalid',
    title: 'Consent cannot come back to this address.',
    remedy: 'Use an https address, or http on localhost.',
  },
  'connection.state_unknown': {
    kind: 'invalid',
    title: 'The `state` is unknown, used or expired.',
    remedy: 'Begin again with `POST /v1/connections/authorize`.',
  },
  'connection.code_refused': {
    kind: 'invalid',
    title: 'The platform does not take this code.',
    remedy: 'Begin again with `POST /v1/connections/authorize`; a code works once.',
  },
  'connection.platform_not_configured': {
    kind: 'conflict',
    title: 'This installation has no app on the platform.',
    remedy: 'Choose a platform that `GET /v1/platforms` lists as configured, or have its credentials set up.',
  },
  'connection.no_accounts': {
    kind: 'invalid',
    title: 'The user has no account on the platform that posts can go to.',
    remedy: 'Begin again, and agree to the pages, channels or boards that are to be used.',
  },
  'connection.pending_not_found': {
    kind: 'missing',
    title: 'There is nothing to choose from under this id (any more).',
    remedy: 'Begin again with `POST /v1/connections/authorize`; choose within 15 minutes, as the same user.',
  },
  'connection.account_not_offered': {
    kind: 'invalid',
    title: 'The consent does not open this account.',
    remedy: 'Use `accountId`s from `GET /v1/connections/pending/{pendingId}`.',
  },
  'connection.credentials_wrong': {
    kind: 'invalid',
    title: 'The platform does not take this identifier and app password.',
    remedy: 'Make a new app password in the account settings.',
  },
});

const HealthReport = z.object({
  connectionId: idOf('conn'),
  state: ConnectionState,
  ...ConnectionHealth.shape,
  checkedAt: UtcInstant.nullable(),
  problems: z
    .array(PlatformProblem)
    .meta({ description: 'All that is wrong, or will be, and what helps; worst first.' }),
});

/** What can be done to many connections at once. */
const BulkAction = z.enum(['enable', 'disable', 'check', 'refresh', 'disconnect']);
export type BulkAction = z.infer<typeof BulkAction>;

/** What became of one of many. */
const ChangedRow = z.object({
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

/** What becomes of posts that are still to go out on a connection that is deleted. */
export const Scheduled = z.enum(['cancel', 'keep']);
export type Scheduled = z.infer<typeof Scheduled>;

const ConnectionPath = z.object({ connectionId: idOf('conn') });
const PendingPath = z.object({ pendingId: idOf('pending') });

export const connectionsContract = /* @__PURE__ */ endpoints(
  { domain: 'connections', faults: connectionFaults },
  () => ({
    authorizeConnection: {
      route: 'POST /connections/authorize',
      summary: 'Begin to connect an account by OAuth: where to send the user for consent',
      description: 'The state is single use, bound to the team and the user, and good for ten minutes.',
      auth: 'team',
      scope: 'connections:write',
      role: 'admin',
      body: AuthorizationRequest,
      reply: { status: 200, body: z.object({ authorizationUrl: AuthorizationUrl, state: State }) },
      faults: [
        'connection.account_unknown',
        'connection.server_refused',
        'connection.server_unreachable',
        'connection.redirect_refused',
        'connection.platform_not_configured',
      ],
      needs: ['table:get', 'table:put', 'table:delete', 'secrets:seal', 'hosts', 'platform-apps'],
      timeoutSeconds: 25,
    },
    createConnection: {
      route: 'POST /connections',
      summary: 'Connect an account with the code of its consent, or with an app password',
      description:
        'An account whose connection needs it (`needs_reconnect`) is connected again under the same id. Where a consent ' +
        'opens several accounts, none is connected yet: the answer then has a `pendingId` to choose with.',
      auth: 'team',
      confidential: true,
      scope: 'connections:write',
      audit: 'connection.created',
      role: 'admin',
      body: NewConnection,
      reply: { status: 201, body: z.union([Connection, PendingConnection]) },
      faults: [
        'connection.not_found',
        'connection.other_account',
        'connection.already_exists',
        'connection.too_many',
        'connection.server_refused',
        'connection.server_unreachable',
        'connection.state_unknown',
        'connection.code_refused',
        'connection.no_accounts',
        'connection.platform_not_configured',
        'connection.credentials_wrong',
      ],
      needs: [
        'table:get',
        'table:getMany',
        'table:query',
        'table:put',
        'table:update',
        'table:delete',
        'secrets:seal',
        'secrets:open',
        'hosts',
        'platform-apps',
      ],
      timeoutSeconds: 25,
    },
    getPendingConnection: {
      route: 'GET /connections/pending/{pendingId}',
      summary: 'The accounts that a consent opens, to choose from',
      description: 'For the user who consented, within 15 minutes.',
      auth: 'team',
      scope: 'connections:write',
      role: 'admin',
      path: PendingPath,
      reply: { status: 200, body: PendingConnection },
      faults: ['connection.pending_not_found'],
      needs: ['table:get'],
    },
    selectAccounts: {
      route: 'POST /connections/pending/{pendingId}/select',
      summary: 'Connect one or more of the accounts that a consent opens',
      description: 'Accounts that the team has connected already are answered as they are. Then the choice is over.',
      auth: 'team',
      scope: 'connections:write',
      audit: 'connection.selected',
      role: 'admin',
      path: PendingPath,
      body: z.strictObject({ accountIds: z.array(z.string().min(1).max(255)).min(1).max(50) }),
      reply: { status: 201, body: z.object({ items: z.array(Connection) }) },
      faults: [
        'connection.pending_not_found',
        'connection.account_not_offered',
        'connection.too_many',
        'connection.code_refused',
        'connection.server_unreachable',
        'connection.platform_not_configured',
      ],
      needs: [
        'table:get',
        'table:getMany',
        'table:query',
        'table:put',
        'table:update',
        'table:delete',
        'secrets:seal',
        'secrets:open',
        'hosts',
        'platform-apps',
      ],
      timeoutSeconds: 25,
    },
    listConnections: {
      route: 'GET /connections',
      summary: 'The connections of the team, newest first',
      auth: 'team',
      scope: 'connections:read',
      query: PageQuery.extend({
        platform: PlatformId.optional().meta({ description: 'Only those on this platform.' }),
        state: ConnectionState.optional().meta({ description: 'Only those in this state.' }),
      }),
      reply: { status: 200, body: pageOf(Connection) },
      faults: [],
      needs: ['table:query', 'table:getMany', 'cursor'],
    },
    getConnection: {
      route: 'GET /connections/{connectionId}',
      summary: 'One connection',
      auth: 'team',
      scope: 'connections:read',
      versioned: true,
      path: ConnectionPath,
      reply: { status: 200, body: Connection },
      faults: ['connection.not_found'],
      needs: ['table:get', 'table:getMany'],
    },
    updateConnection: {
      route: 'PATCH /connections/{connectionId}',
      summary: 'Name a connection, switch it on or off, or give its slots another time zone',
      description:
        'A connection that is switched off publishes nothing: what becomes due waits. Switched on again, it goes out ' +
        'within a minute, or is missed, by the rule of the team for what is late.',
      auth: 'team',
      scope: 'connections:write',
      audit: 'connection.updated',
      role: 'admin',
      versioned: true,
      path: ConnectionPath,
      body: ConnectionPatch,
      reply: { status: 200, body: Connection },
      faults: ['connection.not_found'],
      needs: ['table:get', 'table:getMany', 'table:put', 'table:update', 'table:delete'],
    },
    changeConnections: {
      route: 'POST /connections/bulk',
      summary: 'Do the same to many connections: switch them on or off, look at them, renew them, disconnect them',
      description:
        'Each is changed as by the operation of its own, and answered in a row: `status` is the HTTP status that it would ' +
        'have had, `error` what it was refused for. One that is refused keeps none of the others from their change.',
      auth: 'team',
      scope: 'connections:write',
      audit: 'connection.bulk_changed',
      role: 'admin',
      body: z.strictObject({
        action: BulkAction,
        connectionIds: z
          .array(idOf('conn'))
          .min(1)
          .max(50)
          .refine((ids) => new Set(ids).size === ids.length, 'must not repeat a connection'),
        scheduled: Scheduled.optional().meta({
          description: 'To disconnect: what becomes of publications that are still to go out.',
        }),
      }),
      reply: { status: 200, body: z.object({ items: z.array(ChangedRow) }) },
      // They stand in the rows.
      faults: [
        'connection.not_found',
        'connection.not_tried',
        'connection.not_renewable',
        'connection.access_lost',
        'connection.has_scheduled',
        'connection.server_refused',
        'connection.server_unreachable',
      ],
      needs: [
        'table:query',
        'table:query:gsi3',
        'table:delete',
        'table:get',
        'table:getMany',
        'table:update',
        'table:put',
        'secrets:seal',
        'secrets:open',
        'hosts',
        'platform-apps',
      ],
      timeoutSeconds: 28,
    },
    reconnectConnection: {
      route: 'POST /connections/{connectionId}/reconnect',
      summary: 'Begin to connect the account of a connection again: where to send the user for consent',
      description:
        'As `POST /v1/connections/authorize`, and finished the same way. The consent is for this connection: it keeps its ' +
        'id and all that is scheduled on it, and an answer from another account is refused.',
      auth: 'team',
      scope: 'connections:write',
      audit: 'connection.reconnecting',
      role: 'admin',
      path: ConnectionPath,
      body: z.strictObject({
        redirectUri: RedirectUri,
        login: InstagramLogin.optional().meta({ description: 'Instagram: by which login; its own without it.' }),
      }),
      reply: { status: 200, body: z.object({ authorizationUrl: AuthorizationUrl, state: State }) },
      faults: [
        'connection.not_found',
        'connection.no_consent',
        'connection.account_unknown',
        'connection.server_refused',
        'connection.server_unreachable',
        'connection.redirect_refused',
        'connection.platform_not_configured',
      ],
      needs: ['table:get', 'table:put', 'table:delete', 'secrets:seal', 'hosts', 'platform-apps'],
      timeoutSeconds: 25,
    },
    refreshConnection: {
      route: 'POST /connections/{connectionId}/refresh',
      summary: 'Renew the access to an account now, and try it',
      description: 'It is renewed by itself ahead of its end; this is for who does not want to wait.',
      auth: 'team',
      scope: 'connections:write',
      audit: 'connection.refreshed',
      role: 'editor',
      path: ConnectionPath,
      reply: { status: 200, body: Connection },
      faults: [
        'connection.not_found',
        'connection.not_renewable',
        'connection.access_lost',
        'connection.server_refused',
        'connection.server_unreachable',
      ],
      needs: [
        'table:getMany',
        'table:get',
        'table:query',
        'table:update',
        'secrets:seal',
        'secrets:open',
        'hosts',
        'platform-apps',
      ],
      timeoutSeconds: 25,
    },
    getConnectionHealth: {
      route: 'GET /connections/{connectionId}/health',
      summary: 'Ask the platform about the account now: what is wrong, and what helps',
      description: 'What comes of it is kept with the connection. Tokens that are refused make it `needs_reconnect`.',
      auth: 'team',
      scope: 'connections:read',
      path: ConnectionPath,
      reply: { status: 200, body: HealthReport },
      faults: ['connection.not_found'],
      needs: [
        'table:get',
        'table:getMany',
        'table:query',
        'table:update',
        'secrets:seal',
        'secrets:open',
        'hosts',
        'platform-apps',
      ],
      timeoutSeconds: 25,
    },
    getConnectionQuota: {
      route: 'GET /connections/{connectionId}/quota',
      summary: 'How much may still be published on a connection',
      description:
        'From the platform itself where it tells, else by our own count of what went out through us in the window of ' +
        'time that the platform names, or in a day.',
      auth: 'team',
      scope: 'connections:read',
      path: ConnectionPath,
      reply: { status: 200, body: ConnectionQuota },
      faults: [
        'connection.not_found',
        'connection.access_lost',
        'connection.server_refused',
        'connection.server_unreachable',
      ],
      needs: [
        'table:query:gsi3',
        'table:get',
        'table:getMany',
        'table:query',
        'table:update',
        'secrets:seal',
        'secrets:open',
        'hosts',
        'platform-apps',
      ],
      timeoutSeconds: 25,
    },
    deleteConnection: {
      route: 'DELETE /connections/{connectionId}',
      summary: 'Disconnect an account and revoke the access where the platform can',
      description:
        'While publications are still to go out on it, `scheduled` must say what becomes of them: `cancel` gives them up ' +
        '(the soonest at once, what is over a hundred in the moments after), `keep` lets them fail at their time, saying so.',
      auth: 'team',
      scope: 'connections:write',
      audit: 'connection.deleted',
      role: 'admin',
      path: ConnectionPath,
      query: z.strictObject({ scheduled: Scheduled.optional() }),
      reply: { status: 204 },
      faults: ['connection.not_found', 'connection.has_scheduled'],
      needs: [
        'table:get',
        'table:query',
        'table:query:gsi3',
        'table:put',
        'table:update',
        'table:delete',
        'secrets:open',
        'hosts',
        'platform-apps',
      ],
      timeoutSeconds: 25,
    },
  }),
);

const ConnectionRef = z.object({ connectionId: idOf('conn'), platform: PlatformId, accountName: z.string() });

/** `revoked`: the user took the access back. */
export const ConnectionLost = ConnectionRef.extend({ state: AccessState.extract(lostStates) });

export const connectionsEvents = /* @__PURE__ */ events({
  /** Our access is lost: nothing goes out until the user connects the account again. */
  'connection.needs_reconnect': ConnectionLost,
  /**
   * Its access ends then, and only the user can renew it: by connecting it again. Told once, and on later days if more
   * publications wait for a time after that; `scheduled` of them, counted up to 100.
   */
  'connection.expiring': ConnectionRef.extend({ expiresAt: UtcInstant, scheduled: z.number().int() }),
  /** `scheduled`: what becomes of posts that were still to go out on it. */
  'connection.deleted': ConnectionRef.extend({ scheduled: Scheduled }),
});

export const connectionsTimers = /* @__PURE__ */ timers('connections', {
  refreshDueTokens: {
    summary: 'Renews the access to accounts ahead of its end, and tells teams of what only they can renew',
    every: 'minute',
    needs: [
      'table:get',
      'table:query',
      'table:getMany',
      'table:query:gsi1',
      'table:query:gsi3',
      'table:put',
      'table:update',
      'secrets:seal',
      'secrets:open',
      'hosts',
      'platform-apps',
    ],
    timeoutSeconds: 58,
  },
});

/** Marked as pure, so that bundles of handlers leave it out, and the contract of teams with it. */
export const connectionsSubscribers = /* @__PURE__ */ subscribers('connections', {
  disconnectDeletedTeam: {
    summary: 'Disconnects the accounts of a deleted team, so that nothing scheduled on them goes out',
    on: teamDeleted,
    needs: [
      'table:get',
      'table:query',
      'table:put',
      'table:update',
      'table:delete',
      'secrets:open',
      'hosts',
      'platform-apps',
    ],
    timeoutSeconds: 300,
  },
});

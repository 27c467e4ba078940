import * as z from 'zod';
import { PlatformId } from '../platforms/contract.ts';
import { endpoints, events, subscribers, timers } from '../runtime/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { PageQuery, pageOf, UtcInstant } from '../runtime/shapes.ts';
import { teamDeleted } from '../teams/contract.ts';
import {
  Authorization,
  AuthorizationRequest,
  ConsentAnswer,
  NewConnection,
  PendingConnection,
  Reconnection,
} from './consent-schemas.ts';
import { connectionFaults } from './faults.ts';
import {
  AccessState,
  BulkAction,
  ChangedRow,
  Connection,
  ConnectionPatch,
  ConnectionQuota,
  ConnectionState,
  HealthReport,
  lostStates,
  PublishOptions,
  Scheduled,
} from './schemas.ts';

export { NewConnection, OfferedAccount, PendingConnection } from './consent-schemas.ts';
/** What other domains and the document see of the files beside this one. */
export { connectionFaults } from './faults.ts';
export {
  Connection,
  ConnectionHealth,
  ConnectionPatch,
  ConnectionQuota,
  ConnectionState,
  lostStates,
  PublishOptions,
  Scheduled,
} from './schemas.ts';

/** What it takes to ask a platform as the account, and to renew its tokens for that. */
const asAccount = [
  'table:get',
  'table:getMany',
  'table:query',
  'table:update',
  'secrets:seal',
  'secrets:open',
  'hosts',
  'platform-apps',
] as const;

const ConnectionPath = z.object({ connectionId: idOf('conn') });
const PendingPath = z.object({ pendingId: idOf('pending') });

export const connectionsContract = /* @__PURE__ */ endpoints(
  { domain: 'connections', faults: connectionFaults },
  () => ({
    authorizeConnection: {
      route: 'POST /connections/authorize',
      summary: 'Begin to connect an account by OAuth: where to send the user for consent',
      description:
        'The state is single use, bound to the team and the user, and good for ten minutes. With `redirectUri` the platform ' +
        'sends the user to the frontend itself, with `returnTo` by way of `GET /v1/connections/callback`.',
      auth: 'team',
      scope: 'connections:write',
      role: 'admin',
      body: AuthorizationRequest,
      reply: { status: 200, body: Authorization },
      faults: [
        'connection.account_unknown',
        'connection.server_refused',
        'connection.server_unreachable',
        'connection.redirect_refused',
        'connection.return_refused',
        'connection.platform_not_configured',
      ],
      needs: ['table:get', 'table:put', 'table:delete', 'secrets:seal', 'hosts', 'platform-apps', 'consent-callback'],
      timeoutSeconds: 25,
    },
    receiveConsent: {
      route: 'GET /connections/callback',
      summary: 'Where platforms send users back to who are to be sent on to a frontend',
      description:
        'For browsers. Nothing is connected here: the code is kept for ten minutes, and the browser is sent on to the ' +
        '`returnTo` that the consent was begun with, with `state` and a `ticket`. The frontend sends both to ' +
        '`POST /v1/connections`, signed in as the user who began. Where there is no code, the address has an `error` in ' +
        'place of the ticket: `access_denied` (the user does not want it), `platform_unavailable` (try again later) or ' +
        '`consent_failed` (the platform does not take the question).',
      auth: 'none',
      query: ConsentAnswer,
      reply: {
        status: 303,
        headers: z.object({
          location: z
            .url()
            .meta({ example: 'https://app.example.com/connected?state=q1w2e3r4t5y6&ticket=mB3kT8wL1xQ9' }),
        }),
      },
      faults: ['connection.state_unknown', 'connection.answer_empty'],
      needs: ['table:get', 'table:update', 'secrets:seal'],
    },
    createConnection: {
      route: 'POST /connections',
      summary: 'Connect an account with the code of its consent, or with an app password',
      description:
        'In place of a code that we keep, send the `ticket` that came back with the user. ' +
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
      needs: [...asAccount, 'table:put', 'table:delete'],
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
      needs: [...asAccount, 'table:put', 'table:delete'],
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
      needs: [...asAccount, 'table:query:gsi3', 'table:delete', 'table:put'],
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
      body: Reconnection,
      reply: { status: 200, body: Authorization },
      faults: [
        'connection.not_found',
        'connection.no_consent',
        'connection.account_unknown',
        'connection.server_refused',
        'connection.server_unreachable',
        'connection.redirect_refused',
        'connection.return_refused',
        'connection.platform_not_configured',
      ],
      needs: ['table:get', 'table:put', 'table:delete', 'secrets:seal', 'hosts', 'platform-apps', 'consent-callback'],
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
      needs: asAccount,
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
      needs: asAccount,
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
      needs: [...asAccount, 'table:query:gsi3'],
      timeoutSeconds: 25,
    },
    getPublishOptions: {
      route: 'GET /connections/{connectionId}/publish-options',
      summary: 'What the account allows for a post just now: what a page must show where posts are written',
      description:
        'Asked of the platform each time. On TikTok, who may see a post, what others may do with it and how long a video may ' +
        'be is for the creator to say. `GET /v1/connections/{connectionId}` has the limits that do not change.',
      auth: 'team',
      scope: 'connections:read',
      role: 'editor',
      path: ConnectionPath,
      reply: { status: 200, body: PublishOptions },
      faults: [
        'connection.not_found',
        'connection.access_lost',
        'connection.server_refused',
        'connection.server_unreachable',
      ],
      needs: asAccount,
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

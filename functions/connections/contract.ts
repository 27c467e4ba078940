import * as z from 'zod';
import { PlatformId } from '../platforms/contract.ts';
import { endpoints, subscribers } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { PageQuery, pageOf, UtcInstant } from '../runtime/shapes.ts';
import { teamDeleted } from '../teams/contract.ts';

const ServerUrl = z.url().max(255).meta({ example: 'https://mastodon.social' });

/** A team's account on a platform. `needs_reconnect`: its access is lost, the user must connect it again. */
export const Connection = z.object({
  id: idOf('conn'),
  platform: PlatformId,
  accountId: z.string().meta({ example: '109302436954721982' }),
  accountName: z.string().meta({ example: '@ada@mastodon.social' }),
  accountUrl: z.url().meta({ example: 'https://mastodon.social/@ada' }),
  server: z.url().meta({ example: 'https://mastodon.social' }),
  state: z.enum(['active', 'needs_reconnect']),
  scopes: z.array(z.string().meta({ example: 'write:statuses' })),
  createdAt: UtcInstant,
});
export type Connection = z.infer<typeof Connection>;

const AuthorizationRequest = z.strictObject({
  platform: z.literal('mastodon'),
  server: ServerUrl.default('https://mastodon.social'),
  redirectUri: z.url().max(500).meta({ example: 'https://app.example.com/connected' }),
});

const State = z.string().meta({ example: 'q1w2e3r4t5y6' });
const AuthorizationUrl = z
  .url()
  .meta({ example: 'https://mastodon.social/oauth/authorize?response_type=code&client_id=c1&state=q1w2e3r4t5y6' });

export const NewConnection = z.discriminatedUnion('platform', [
  z.strictObject({
    platform: z.literal('mastodon'),
    code: z.string().min(1).max(2048).meta({ example: 'Yx9mP2vQ7rT4', description: 'As it came back with the user.' }),
    state: State.min(1).max(256),
  }),
  z.strictObject({
    platform: z.literal('bluesky'),
    server: ServerUrl.default('https://bsky.social').meta({ example: 'https://bsky.social' }),
    identifier: z.string().min(1).max(255).meta({ example: 'ada.bsky.social' }),
    appPassword: z.string().min(1).max(128).meta({ example: 'abcd-efgh-ijkl-mnop' }),
  }),
]);
export type NewConnection = z.infer<typeof NewConnection>;

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
  'connection.credentials_wrong': {
    kind: 'invalid',
    title: 'The platform does not take this identifier and app password.',
    remedy: 'Make a new app password in the account settings.',
  },
});

const ConnectionPath = z.object({ connectionId: idOf('conn') });

export const connectionsContract = endpoints(
  { domain: 'connections', faults: connectionFaults },
  {
    authorizeConnection: {
      route: 'POST /connections/authorize',
      summary: 'Begin to connect an account by OAuth: where to send the user for consent',
      description: 'The state is single use, bound to the team and the user, and good for ten minutes.',
      auth: 'team',
      scope: 'connections:write',
      role: 'admin',
      body: AuthorizationRequest,
      reply: { status: 200, body: z.object({ authorizationUrl: AuthorizationUrl, state: State }) },
      faults: ['connection.server_refused', 'connection.server_unreachable', 'connection.redirect_refused'],
      needs: ['table:get', 'table:put', 'table:delete', 'secrets:seal', 'hosts'],
      timeoutSeconds: 25,
    },
    createConnection: {
      route: 'POST /connections',
      summary: 'Connect an account with the code of its consent, or with an app password',
      description: 'An account whose connection needs it (`needs_reconnect`) is connected again under the same id.',
      auth: 'team',
      confidential: true,
      scope: 'connections:write',
      audit: 'connection.created',
      role: 'admin',
      body: NewConnection,
      reply: { status: 201, body: Connection },
      faults: [
        'connection.already_exists',
        'connection.server_refused',
        'connection.server_unreachable',
        'connection.state_unknown',
        'connection.code_refused',
        'connection.credentials_wrong',
      ],
      needs: [
        'table:get',
        'table:put',
        'table:update',
        'table:delete',
        'table:check',
        'secrets:seal',
        'secrets:open',
        'hosts',
      ],
      timeoutSeconds: 25,
    },
    listConnections: {
      route: 'GET /connections',
      summary: 'The connections of the team, newest first',
      auth: 'team',
      scope: 'connections:read',
      query: PageQuery,
      reply: { status: 200, body: pageOf(Connection) },
      faults: [],
      needs: ['table:query', 'cursor'],
    },
    getConnection: {
      route: 'GET /connections/{connectionId}',
      summary: 'One connection',
      auth: 'team',
      scope: 'connections:read',
      path: ConnectionPath,
      reply: { status: 200, body: Connection },
      faults: ['connection.not_found'],
      needs: ['table:get'],
    },
    deleteConnection: {
      route: 'DELETE /connections/{connectionId}',
      summary: 'Disconnect an account and revoke the access where the platform can',
      description: 'Posts still scheduled on it fail at their time, saying so.',
      auth: 'team',
      scope: 'connections:write',
      audit: 'connection.deleted',
      role: 'admin',
      path: ConnectionPath,
      reply: { status: 204 },
      faults: ['connection.not_found'],
      needs: ['table:get', 'table:query', 'table:delete', 'secrets:open', 'hosts'],
      timeoutSeconds: 25,
    },
  },
);

/** Marked as pure, so that bundles of handlers leave it out, and the contract of teams with it. */
export const connectionsSubscribers = /* @__PURE__ */ subscribers('connections', {
  disconnectDeletedTeam: {
    summary: 'Disconnects the accounts of a deleted team, so that nothing scheduled on them goes out',
    on: teamDeleted,
    needs: ['table:query', 'table:delete', 'secrets:open', 'hosts'],
    timeoutSeconds: 300,
  },
});
